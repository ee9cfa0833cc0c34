// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Rows of comma-separated values, after RFC 4180, for programs and for spreadsheets.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front: most of them come from whoever called
/// the API. Control characters become U+FFFD, so that every record is one line.
struct CSVText {
    private static let lineEnd = "\r\n"
    /// What a formula begins with (OWASP, "CSV Injection"), its full-width twins included.
    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    private(set) var line = ""

    /// A field that comes from outside.
    mutating func add(_ text: String) {
        let isFormula = text.unicodeScalars.first.map(Self.formulaStarts.contains) ?? false
        let safe = (isFormula ? "'" : "") + Printable.line(text)
        separate()
        // A semicolon separates where a comma is part of numbers.
        let isPlain = !safe.unicodeScalars.contains { [",", "\"", ";", "'"].contains($0) }
        line += isPlain ? safe : "\"\(safe.replacing("\"", with: "\"\""))\""
    }

    /// A field of the program's own: a number, a time or a word.
    mutating func add(own text: String) {
        separate()
        line += text
    }

    /// The row with its end.
    func ended() -> String { line.dropFirst() + Self.lineEnd }

    private mutating func separate() {
        line += ","
    }
}
