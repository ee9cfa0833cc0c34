// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct KeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a key for good.",
        usage: "latchkey key revoke <id> [--yes] [<options>]",
        discussion: """
            It cannot be undone: to take a key out of use for a while, disable it.
            Asks first on a terminal; elsewhere it wants --yes.

            Examples:
              latchkey key revoke 4mVb0QaX9dEF
              latchkey key revoke 4mVb0QaX9dEF --yes
            """
    )

    @OptionGroup var key: KeyArgument

    @OptionGroup var confirmation: Confirmation

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await confirmation.ask("revoking", otherwise: "not revoked", keyID: key.id, connection) { _, name in
            "Revoke \(name), for good?"
        }
        let request = RevokeKeyRequest(
            keyID: key.id, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.revokeKey(request)))
    }
}
