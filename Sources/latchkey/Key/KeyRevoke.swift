// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct KeyRevoke<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "revoke",
            abstract: "End a \(Noun.word) for good.",
            usage: "latchkey \(Noun.word) revoke <id> [--yes] [<options>]",
            discussion: """
                It cannot be undone: to take a \(Noun.word) out of use for a while, disable it.
                Asks first on a terminal; elsewhere it wants --yes.

                Examples:
                  latchkey \(Noun.word) revoke 4mVb0QaX9dEF
                  latchkey \(Noun.word) revoke 4mVb0QaX9dEF --yes
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @OptionGroup var confirmation: Confirmation

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await Noun.check(key.id, connection)
        try await confirmation.ask("revoking", otherwise: "not revoked", keyID: key.id, connection) { _, name in
            "Revoke \(name), for good?"
        }
        let request = RevokeKeyRequest(
            keyID: key.id, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.revokeKey(request)))
    }
}
