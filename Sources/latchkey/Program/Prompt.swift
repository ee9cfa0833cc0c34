// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Questions to whoever sits at the terminal.
enum Prompt {
    /// Asks for something that cannot be undone; anything but yes is no.
    static func confirms(_ question: String) -> Bool {
        let lines = StandardError.lines(
            "\(question) [y/N]", heading: "", columns: Terminal.error.columns.map { $0 - 6 })
        StandardError.write(lines.joined(separator: "\n") + " ")
        let answer = StandardInput.line(maximumBytes: 64).map { String(decoding: $0, as: UTF8.self) }
        return ["y", "yes"].contains(answer?.lowercased() ?? "")
    }

    /// Asks for one line and does not show it. `nil` at the end of the input.
    static func hidden(_ question: String, maximumBytes: Int) -> [UInt8]? {
        StandardError.write(question)
        defer { StandardError.write("\n") }
        guard let quiet = QuietTerminal(STDIN_FILENO) else { return StandardInput.line(maximumBytes: maximumBytes) }
        defer { quiet.restore() }
        return StandardInput.line(maximumBytes: maximumBytes)
    }
}
