// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a person is told under a page of a list: how many there were, and the command that shows the next ones.
struct PageEnd {
    let text: String
    /// What the next ones are, "older ones", and the words that show them; `nil` = there are none.
    var next: (name: String, words: [String])?

    /// On standard error. A command that does not fit the line gets one of its own and is not broken, so that a terminal
    /// copies it whole.
    func tell() {
        for line in lines(columns: Terminal.error.columns) { StandardError.write(line + "\n") }
    }

    func lines(columns: Int?) -> [String] {
        guard let next else { return StandardError.lines(text, heading: "", columns: columns) }
        let command = Printable.line((["latchkey"] + next.words.map(Self.quoted)).joined(separator: " "))
        let whole = "\(text); \(next.name): \(command)"
        if DisplayWidth.of(whole) <= columns ?? .max { return [whole] }
        return StandardError.lines("\(text); \(next.name):", heading: "", columns: columns) + [command]
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "-_./:=,@%+".unicodeScalars.contains(scalar)
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
