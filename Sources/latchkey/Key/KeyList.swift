// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show an account's keys, newest first.",
        usage: """
            latchkey key list --account <account> [--status <status>]
                              [--limit <count> | --all] [<options>]
            """,
        discussion: """
            Shows a page, and says on standard error how to see the next one. A page
            may end early, even empty; the keys go on where it says so. With -o json
            the reply is printed, with its cursors; with -o ndjson one key a line.

            Examples:
              latchkey key list --account acme
              latchkey key list --account acme --status all --all -o ndjson
              latchkey key list --account acme --starting-after 4mVb0QaX9dEF
            """
    )

    @Option(help: "Whose keys.", completion: .accounts)
    var account: String

    @OptionGroup var page: KeyPageOptions<AnyKey>

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let listing = KeyListing(
            accountID: account, none: "account \(account) has no", command: ["key", "list", "--account", account])
        try await page.print(listing, KeyRow(terminal: .output), connection)
    }
}
