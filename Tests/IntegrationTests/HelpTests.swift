// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import KeyModel
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

    @Test("every command and flag that a hint names exists, whatever the reason")
    func hints() async throws {
        let program = try await CommandDescription.program()
        let flags = Set(program.leaves().flatMap { $0.command.flags })
        let source = Document.root.appendingPathComponent("Sources/KeyModel/Refusal.swift")
        let reasons = try String(contentsOf: source, encoding: .utf8).matches(of: /Reason\(rawValue: "([A-Z_]+)"\)/)
        let hints = ["", "permission denied"].flatMap { message in
            reasons.compactMap { Hint.text(for: Refusal(.unavailable, Reason(rawValue: String($0.1)), message)) }
        }
        #expect(hints.count > 10)
        for hint in hints {
            let named = Set(hint.matches(of: /--[a-z][a-z-]*/).map { String($0.0) })
            #expect(named.isSubset(of: flags), "\(hint)")
            for words in ShellCommands(hint.matches(of: /`([^`]*)`/).map { String($0.1) }.joined(separator: "\n"))
                .ofLatchkey
            {
                let (command, depth) = program.find(words)
                let wrong = words.filter { $0.hasPrefix("--") && !command.flags.contains($0) }
                #expect(wrong.isEmpty && (command.subcommands == nil || depth == words.count), "\(hint)")
            }
        }
    }

    @Test("a server that is not where somebody said is looked for there: no other is advised to be started")
    func namedAddress() async throws {
        let flag = try await Program.run(["health", "--address=127.0.0.1:1"])
        #expect(flag.status == 69 && flag.errors.contains("hint: --address says 127.0.0.1:1: "))
        let variable = try await Program.run(["health"], environment: ["LATCHKEY_ADDRESS": "unix:/nowhere.sock"])
        #expect(variable.errors.contains("hint: LATCHKEY_ADDRESS says unix:/nowhere.sock: "))
        for run in [flag, variable] { #expect(!run.errors.contains("latchkey serve")) }
        let usual = Hint.text(for: Refusal(.unavailable, .connectionRefused, "cannot connect"))
        #expect(usual?.contains("`latchkey serve --data ./latchkey-data`") == true)
    }
}
