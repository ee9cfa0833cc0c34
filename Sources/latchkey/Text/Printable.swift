// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Text from outside, made safe to print: nothing in it moves the cursor, colours, or turns the line around.
enum Printable {
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { safe.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
        return String(safe)
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Controls; separators of lines and paragraphs; marks that change the direction of writing.
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
