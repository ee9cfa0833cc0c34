// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct AccountSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change an account's settings; makes it if there is none.",
        usage: "latchkey account set <account> --max-active-keys <count> [<options>]",
        discussion: """
            Lowering the cap below the number of active keys ends none of them; it
            only stops new ones.

            Examples:
              latchkey account set acme --max-active-keys 20
              latchkey account set acme --max-active-keys 0      (no cap)
            """
    )

    @Argument(help: "The account's id.")
    var account: String

    @Option(help: .init("How many keys may be active at once; 0 = no cap.", valueName: "count"))
    var maxActiveKeys: UInt32

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = UpdateAccountRequest(accountID: account, maxActiveKeys: maxActiveKeys)
        try connection.show(try await connection.call(.updateAccount(request)))
    }
}
