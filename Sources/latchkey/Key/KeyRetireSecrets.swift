// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyRetireSecrets<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "retire-secrets",
            abstract: "End the overlap: every old secret of a \(Noun.word) ends now.",
            usage: "latchkey \(Noun.word) retire-secrets <id> [--yes] [<options>]",
            discussion: """
                The current secret goes on working. The old ones cannot be brought back:
                asks first on a terminal; elsewhere it wants --yes.

                Examples:
                  latchkey \(Noun.word) retire-secrets 4mVb0QaX9dEF
                  latchkey \(Noun.word) retire-secrets 4mVb0QaX9dEF --yes
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @OptionGroup var confirmation: Confirmation

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await Noun.check(key.id, connection)
        try await confirmation.ask("retiring", otherwise: "not retired", keyID: key.id, connection) { key, name in
            let old = key.secrets.count { $0.deadline != nil }
            return old == 0 ? nil : "End \(Grouped.count(old, "old secret")) of \(name), for good?"
        }
        let request = RetireSecretsRequest(
            keyID: key.id, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.retireSecrets(request)))
    }
}
