// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// How many columns a text takes on a terminal.
enum DisplayWidth {
    /// Two of them are a flag, as wide as one emoji.
    private static let flagLetters: ClosedRange<Unicode.Scalar> = "\u{1F1E6}"..."\u{1F1FF}"

    static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// Terminals add up what a character is made of, as wcwidth() has it; an emoji's joined parts and its skin tone are
    /// drawn into the first one.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        // Asks for an emoji where there is a plain sign, too.
        if scalars.contains("\u{FE0F}") { return 2 }
        let isEmoji = first.properties.isEmoji && first.value > 0x7F && !flagLetters.contains(first)
        return isEmoji ? of(first) : scalars.reduce(0) { $0 + of($1) }
    }

    /// `text`, cut to `width` columns with an ellipsis if it is wider.
    static func truncated(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            used += of(character)
            if used > width - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// `text` with spaces behind it up to `width` columns.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(width - of(text), 0))
    }

    /// `text` in lines of at most `width` columns, broken between words where that is possible.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        wrapped(text.split(separator: " ", omittingEmptySubsequences: false), to: width)
    }

    /// Likewise; a `command` in backquotes is one word, so that it can be copied.
    static func wrapped(message: String, to width: Int) -> [String] {
        var words: [Substring] = []
        var rest = message[...]
        while true {
            let quoted = rest.prefixMatch(of: /[^ `]*`[^`]+`[^ `]*(?= |$)/)?.output
            let word = quoted.flatMap { of($0) <= width ? $0 : nil } ?? rest.prefix { $0 != " " }
            words.append(word)
            rest = rest[word.endIndex...]
            guard rest.popFirst() != nil else { return wrapped(words, to: width) }
        }
    }

    private static func wrapped(_ words: [Substring], to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in words {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if of(longer) <= width {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = ""
            for character in word {
                if of(line) + of(character) > width, !line.isEmpty {
                    lines.append(line)
                    line = ""
                }
                line.append(character)
            }
        }
        return lines + [line]
    }

    /// After Unicode's East Asian Width (UAX #11): the blocks that are wide, and emoji.
    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        // Vowels and final consonants that are drawn into the syllable's first sign.
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        case 0x1100...0x115F, 0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3098, 0x309B...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        if flagLetters.contains(scalar) { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }
}
