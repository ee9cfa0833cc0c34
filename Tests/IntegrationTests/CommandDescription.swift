// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the argument parser knows of a command, as `latchkey --experimental-dump-help` tells it.
struct CommandDescription: Decodable {
    struct Name: Decodable {
        let kind: String
        let name: String

        var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }

    struct Argument: Decodable {
        let kind: String
        let names: [Name]?
        let abstract: String?
        let valueName: String?
        let defaultValue: String?
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
    }

    let commandName: String
    let abstract: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?

    private struct Dump: Decodable {
        let command: CommandDescription
    }

    static func program() async throws -> CommandDescription {
        let dump = try await Program.run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Dump.self, from: Data(dump.output.utf8)).command
    }

    /// The commands that do something, with the words that call them.
    func leaves(_ words: [String] = []) -> [(words: String, command: CommandDescription)] {
        let below = (subcommands ?? []).filter { $0.commandName != "help" }
        let here = words + [commandName]
        return below.isEmpty ? [(here.joined(separator: " "), self)] : below.flatMap { $0.leaves(here) }
    }

    /// Every flag's name that it takes, those that help does not show too.
    var flags: Set<String> { Set((arguments ?? []).flatMap { $0.names ?? [] }.map(\.text)) }

    /// The command that the words call, and how many of them name it.
    func find(_ words: some Collection<String>) -> (command: CommandDescription, depth: Int) {
        guard let first = words.first, let next = subcommands?.first(where: { $0.commandName == first }) else {
            return (self, 0)
        }
        let (command, depth) = next.find(words.dropFirst())
        return (command, depth + 1)
    }
}
