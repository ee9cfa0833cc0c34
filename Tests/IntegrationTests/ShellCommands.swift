// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The commands in a piece of shell, each as its words: enough of the shell's grammar for what documents show.
struct ShellCommands {
    private(set) var commands: [[String]] = []
    private var words: [String] = []
    private var word: String?
    /// The next word is a file's name, behind `<` or `>`.
    private var isRedirected = false

    init(_ text: String) {
        var rest = text.replacing("\\\n", with: " ")[...]
        while let character = rest.popFirst() {
            switch character {
            case "'", "\"":
                let end = rest.firstIndex(of: character) ?? rest.endIndex
                word = (word ?? "") + rest[..<end]
                rest = rest[end...].dropFirst()
            case "#" where word == nil:
                rest = rest.drop { $0 != "\n" }
            case " ", "\t":
                endWord()
            case "<", ">":
                // A number before it is a file descriptor.
                if word?.allSatisfy(\.isNumber) == true { word = nil }
                endWord()
                isRedirected = true
            case "&" where isRedirected && word == nil:
                break
            case "|", "&", ";", "(", ")", "\n", "`":
                endCommand()
            default:
                word = (word ?? "") + String(character)
            }
        }
        endCommand()
    }

    /// The arguments of every call of the program.
    var ofLatchkey: [[String]] {
        commands.compactMap { command in
            let words = command.drop { $0.contains("=") && !$0.hasPrefix("-") }
            guard let first = words.first, first == "latchkey" || first.hasSuffix("/latchkey") else { return nil }
            return Array(words.dropFirst())
        }
    }

    private mutating func endWord() {
        guard let ended = word else { return }
        word = nil
        if isRedirected { isRedirected = false } else { words.append(ended) }
    }

    private mutating func endCommand() {
        endWord()
        isRedirected = false
        if !words.isEmpty { commands.append(words) }
        words = []
    }
}
