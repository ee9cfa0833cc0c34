// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyRetireSecrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire-secrets",
        abstract: "End the overlap: every old secret of a key ends now.",
        usage: "latchkey key retire-secrets <id> [<options>]",
        discussion: """
            The current secret goes on working.

            Example:
              latchkey key retire-secrets 4mVb0QaX9dEF
            """
    )

    @OptionGroup var key: KeyArgument

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try connection.show(try await connection.call(.retireSecrets(RetireSecretsRequest(keyID: key.id))))
    }
}
