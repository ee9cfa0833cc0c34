// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Testing

@testable import latchkey

extension String {
    fileprivate func matches(of text: String) -> [Range<Index>] {
        var found: [Range<Index>] = []
        var rest = startIndex..<endIndex
        while let range = self.range(of: text, range: rest) {
            found.append(range)
            rest = range.upperBound..<endIndex
        }
        return found
    }
}

@Suite struct HelpTests {
    /// Every command, with the words that call it.
    private static func commands(
        _ command: any ParsableCommand.Type = Latchkey.self, _ words: [String] = []
    ) -> [(words: [String], command: any ParsableCommand.Type)] {
        [(words, command)]
            + command.configuration.subcommands.flatMap { sub in
                commands(sub, words + [sub.configuration.commandName ?? "\(sub)"])
            }
    }

    @Test("every command's help fits 80 columns, shows no Swift, and has an abstract and an example")
    func help() {
        let all = Self.commands()
        #expect(all.count > 20)
        for (words, command) in all {
            let name = words.joined(separator: " ")
            let text = Latchkey.helpMessage(for: command, columns: 80)
            for line in text.split(separator: "\n") where line.count > 80 {
                Issue.record("\(name): \(line.count) columns: \(line)")
            }
            #expect(!text.contains("TimeSpan") && !text.contains("Optional("), "\(name)")
            #expect(!command.configuration.abstract.isEmpty, "\(name)")
            if command.configuration.subcommands.isEmpty {
                // Once in the usage, and again in an example.
                #expect(text.matches(of: "latchkey \(name)").count > 1, "\(name) has no example")
            }
        }
    }
    @Test("every flag that a command's own usage and examples name is one that it takes")
    func namedFlags() async throws {
        let program = try await CommandDescription.program()
        for (words, command) in Self.commands() where command.configuration.subcommands.isEmpty {
            let text = (command.configuration.usage ?? "") + "\n" + command.configuration.discussion
            let named = Set(text.matches(of: /--[a-z][a-z-]*/).map { String($0.0) })
            let unknown = named.subtracting(program.find(words).command.flags)
            #expect(unknown.isEmpty, "\(words.joined(separator: " "))")
        }
    }
}
