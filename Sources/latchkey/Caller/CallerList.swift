// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct CallerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the callers, newest first.",
        usage: """
            latchkey caller list [--status <status>] [--limit <count> | --all]
                                 [<options>]
            """,
        discussion: """
            Pages are as `latchkey help key list` says. A caller was last used when it
            last gave its token, or made a call that is no Validate. Who comes over
            the Unix socket without a token is none of them.

            Examples:
              latchkey caller list
              latchkey caller list --status all --all -o ndjson
            """
    )

    @OptionGroup var page: KeyPageOptions<CallerKey>

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let listing = KeyListing(
            accountID: AccountSettings.callersID, none: "there are no", command: ["caller", "list"])
        try await page.print(listing, CallerRow(terminal: .output), connection)
    }
}
