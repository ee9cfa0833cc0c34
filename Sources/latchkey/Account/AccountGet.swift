// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct AccountGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show an account: its settings, and how many keys it has.",
        usage: "latchkey account get <account> [<options>]",
        discussion: """
            Example:
              latchkey account get acme
            """
    )

    @Argument(help: "The account's id.", completion: .accounts)
    var account: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try connection.show(try await connection.call(.getAccount(GetAccountRequest(accountID: account))))
    }
}
