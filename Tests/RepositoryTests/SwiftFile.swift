// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A Swift source file, split line by line into code and comment, so that a rule about code is not set off by prose.
struct SwiftFile: Sendable {
    struct Line: Sendable {
        let number: Int
        /// Without comments, and with every string literal emptied to `""`.
        let code: String
        let hasComment: Bool
    }

    let path: String
    let text: String
    let lines: [Line]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var scanner = SwiftScanner(text)
        self.lines = scanner.lines()
    }

    /// `Sources/KeyWire/Frame.swift` is `KeyWire`'s.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The file and line of every line whose code matches and for which no comment stands on it or on one of the
    /// `reach` lines above; with no reach, of every line that matches.
    func offences(_ pattern: Regex<Substring>, unlessExplainedWithin reach: Int? = nil) -> [String] {
        lines.indices.compactMap { index in
            let line = lines[index]
            guard line.code.contains(pattern) else { return nil }
            if let reach, lines[max(0, index - reach)...index].contains(where: \.hasComment) { return nil }
            return "\(path):\(line.number): \(line.code.trimmingSpaces)"
        }
    }
}

extension String {
    var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
