// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Tells code, comments and string literals apart. It knows nested comments, raw and multi-line strings and
/// interpolations. It does not know regex literals: one with a quote or `//` in it hides the rest of its line.
struct SwiftScanner {
    private enum Context {
        case comment
        case string(pounds: Int, quotes: Int)
        /// Code inside `\( )`, with as many parentheses open as said.
        case interpolation(depth: Int)
    }

    private let text: [UInt8]
    private var position = 0
    private var contexts: [Context] = []
    private var done: [SwiftFile.Line] = []
    private var code: [UInt8] = []
    private var hasComment = false

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func lines() -> [SwiftFile.Line] {
        while position < text.count {
            if text[position] == UInt8(ascii: "\n") {
                endLine()
                continue
            }
            switch contexts.last {
            case .comment: scanComment()
            case .string(let pounds, let quotes): scanString(pounds: pounds, quotes: quotes)
            case .interpolation(let depth): scanCode(depth: depth)
            case nil: scanCode(depth: nil)
            }
        }
        endLine()
        return done
    }

    private mutating func endLine() {
        switch contexts.last {
        case .comment: hasComment = true
        case .string(_, quotes: 1): contexts.removeLast()
        case .string, .interpolation, nil: break
        }
        done.append(
            SwiftFile.Line(number: done.count + 1, code: String(decoding: code, as: UTF8.self), hasComment: hasComment))
        code.removeAll(keepingCapacity: true)
        hasComment = false
        position += 1
    }

    private func sees(_ character: Unicode.Scalar, at offset: Int = 0) -> Bool {
        position + offset < text.count && text[position + offset] == UInt8(ascii: character)
    }

    private func sees(_ character: Unicode.Scalar, times count: Int, at offset: Int = 0) -> Bool {
        (0..<count).allSatisfy { sees(character, at: offset + $0) }
    }

    private mutating func scanComment() {
        hasComment = true
        if sees("*"), sees("/", at: 1) {
            contexts.removeLast()
            position += 2
        } else if sees("/"), sees("*", at: 1) {
            contexts.append(.comment)
            position += 2
        } else {
            position += 1
        }
    }

    private mutating func scanString(pounds: Int, quotes: Int) {
        if sees("\"", times: quotes), sees("#", times: pounds, at: quotes) {
            contexts.removeLast()
            code.append(UInt8(ascii: "\""))
            position += quotes + pounds
        } else if sees("\\"), sees("#", times: pounds, at: 1) {
            position += 1 + pounds
            if sees("(") { contexts.append(.interpolation(depth: 1)) }
            if !sees("\n") { position += 1 }
        } else {
            position += 1
        }
    }

    private mutating func scanCode(depth: Int?) {
        if sees("/", times: 2) {
            hasComment = true
            while position < text.count, !sees("\n") { position += 1 }
        } else if sees("/"), sees("*", at: 1) {
            contexts.append(.comment)
            position += 2
        } else if let pounds = poundsBeforeQuote() {
            let quotes = sees("\"", times: 3, at: pounds) ? 3 : 1
            contexts.append(.string(pounds: pounds, quotes: quotes))
            code.append(UInt8(ascii: "\""))
            position += pounds + quotes
        } else if depth == 1, sees(")") {
            contexts.removeLast()
            position += 1
        } else {
            if let depth, sees("(") || sees(")") {
                contexts[contexts.count - 1] = .interpolation(depth: depth + (sees("(") ? 1 : -1))
            }
            code.append(text[position])
            position += 1
        }
    }

    /// How many `#` stand before the quote that opens a string here; nil when none opens.
    private func poundsBeforeQuote() -> Int? {
        var pounds = 0
        while sees("#", at: pounds) { pounds += 1 }
        return sees("\"", at: pounds) ? pounds : nil
    }
}
