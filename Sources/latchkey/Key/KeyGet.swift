// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyGet<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "get",
            abstract: "Show a \(Noun.word)'s record.",
            usage: "latchkey \(Noun.word) get <id> [<options>]",
            discussion: """
                Example:
                  latchkey \(Noun.word) get 4mVb0QaX9dEF
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let reply = try await connection.call(.getKey(GetKeyRequest(keyID: key.id)))
        if case .getKey(let response) = reply { try Noun.check(response.key) }
        try connection.show(reply)
    }
}
