// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The words of a command line that a shell wants completed, as the shell sees them: bash takes `:` and `=` for words
/// of their own, and quotes are still there.
struct CompletedLine {
    private let words: [String]

    init(_ words: [String]) {
        self.words = words.map { word in
            let isQuoted = word.count > 1 && (word.first == "'" || word.first == "\"") && word.last == word.first
            return isQuoted ? String(word.dropFirst().dropLast()) : word
        }
    }

    /// What stands behind an option, `nil` when it is not there.
    func value(of option: String) -> String? {
        for (index, word) in words.enumerated() {
            if word.hasPrefix("\(option)=") { return joined(String(word.dropFirst(option.count + 1)), index + 1) }
            guard word == option else { continue }
            var next = index + 1
            if next < words.count, words[next] == "=" { next += 1 }
            return next < words.count ? joined(words[next], next + 1) : nil
        }
        return nil
    }

    /// Whether a word stands anywhere in it.
    func contains(_ word: String) -> Bool { words.contains(word) }

    /// A value and what bash has split off behind it.
    private func joined(_ first: String, _ rest: Int) -> String {
        var value = first
        var index = rest
        while index < words.count, words[index] == ":" || value.hasSuffix(":") {
            value += words[index]
            index += 1
        }
        return value
    }
}
