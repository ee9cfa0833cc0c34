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

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        if !yes { try await ask() }
        try connection.show(try await connection.call(.revokeKey(RevokeKeyRequest(keyID: key.id))))
    }

    /// Shows which key it is before it is too late.
    private func ask() async throws {
        guard Terminal.inputIsTerminal else {
            throw CommandFailure(
                "revoking is for good, and there is no terminal to ask on", hint: "add --yes", status: .usage)
        }
        guard case .getKey(let response) = try await connection.call(.getKey(GetKeyRequest(keyID: key.id))),
            response.key.status != .revoked
        else { return }
        let record = response.key
        let question = "Revoke \"\(record.name)\" (\(record.id)) of \(record.accountID), for good?"
        guard Prompt.confirms(Printable.line(question)) else {
            throw CommandFailure("not revoked", status: .refused)
        }
    }
}
