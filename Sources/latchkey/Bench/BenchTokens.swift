// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Tokens end to end: a million strings of their own would take several times the memory.
struct BenchTokens: Sendable {
    /// Each with a newline after it.
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    init() {}

    /// What a file holds; `nil` = not tokens, one a line.
    init?(lines: [UInt8]) {
        bytes = lines
        var areTokens = true
        forEachLine { line in
            if line.count > Limits.tokenBytes || line.contains(0) { areTokens = false }
            count += 1
        }
        guard areTokens, count > 0 else { return nil }
    }

    mutating func append(_ token: String) {
        bytes.append(contentsOf: token.utf8)
        bytes.append(UInt8(ascii: "\n"))
        count += 1
    }

    mutating func append(_ others: BenchTokens) {
        bytes.append(contentsOf: others.bytes)
        count += others.count
    }

    func forEach(_ body: (String) -> Void) {
        forEachLine { body(String(decoding: $0, as: UTF8.self)) }
    }

    /// Without the array that `split` would make, and without empty lines.
    private func forEachLine(_ body: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            if !line.isEmpty { body(line) }
            rest = rest.dropFirst(line.count + 1)
        }
    }
}
