// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a command printed, without what is another each time it is run. Two texts that read the same this way say the
/// same.
struct NormalisedText: Equatable, CustomStringConvertible {
    let description: String

    /// In this order: a token holds a key's id, and a time holds digits.
    private static var rules: [(pattern: Regex<Substring>, replacement: String)] {
        [
            // Said of a wait that lasts longer than a second.
            (/waiting for the server: about \d+ seconds? left\n/, ""),
            (/lkc?_[0-9A-Za-z]{61}/, "TOKEN"),
            // The hint: the first four and the last four characters of a token.
            (/lk(?:c_|_[0-9A-Za-z])\.\.\.[0-9A-Za-z]{4}/, "HINT"),
            (/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z/, "TIME"),
            (/\d{4}-\d\d-\d\d/, "DATE"),
            (/\((?:now|in [^)]*|[^)]* ago)\)/, "(SPAN)"),
            (/\b[0-9a-f]{32}\b/, "HEX"),
            // The port that a connection comes from.
            (/127\.0\.0\.1:\d{5}\b/, "PEER"),
            (/\b(?:pid=|process )\d+/, "PROCESS"),
            (/\buid:\d+/, "USER"),
            (/\d+(?:\.\d+)? (?:bytes|KiB|MiB|GiB)\b/, "SIZE"),
            (/(?:Version +|latchkey )\d+\.\d+\.\d+/, "VERSION"),
            // A key's id; some words have twelve letters too, and pass for one on both sides.
            (/\b[0-9A-Za-z]{12}\b/, "ID"),
            // Columns are as wide as what stands in them.
            (/[ ]{2,}/, "  "),
            (/[ ]+\n/, "\n"),
        ]
    }

    init(_ text: String) {
        description = Self.rules.reduce(text) { text, rule in
            // Simple boundaries: Unicode's own take `unix:pid` for one word.
            text.replacing(rule.pattern.wordBoundaryKind(.simple), with: rule.replacement)
        }
    }
}
