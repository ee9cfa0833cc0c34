// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyRevokeAll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke-all",
        abstract: "End every key of an account for good, all or none.",
        usage: """
            latchkey key revoke-all --account <account> --expect <count> [--yes]
                                    [<options>]
            """,
        discussion: """
            It cannot be undone. --expect is the number of keys that are not revoked
            yet, disabled and expired ones too; when there are more or fewer, nothing
            is done, and the refusal says how many there are: so does --expect 0.
            Asks first on a terminal; elsewhere it wants --yes.

            Examples:
              latchkey key revoke-all --account acme --expect 0     (how many?)
              latchkey key revoke-all --account acme --expect 12
            """
    )

    @Option(help: "Whose keys.", completion: .accounts)
    var account: String

    @Option(help: .init("How many keys this ends, which must be all there are.", valueName: "count"))
    var expect: UInt64

    @OptionGroup var confirmation: Confirmation

    @OptionGroup var retry: RequestIDOption

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        // With none to end, it is only a question.
        if expect > 0 {
            try await confirmation.ask("revoking", otherwise: "nothing was revoked") {
                guard case .getAccount(let response) = try await connection.call(.getAccount(.init(accountID: account)))
                else { return nil }
                let active = Grouped.text(response.account.activeKeys)
                return
                    "Revoke \(expect == 1 ? "the one key" : "all \(Grouped.text(expect)) keys") of \(account) (\(active) active), for good?"
            }
        }
        let request = RevokeAllKeysRequest(accountID: account, expectedCount: expect, requestID: retry.bytes)
        try connection.show(try await connection.call(.revokeAllKeys(request)))
    }
}
