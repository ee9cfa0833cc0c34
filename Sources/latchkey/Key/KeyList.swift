// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

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

    @OptionGroup var list: KeyListOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let client = try connection.client()
        do {
            try await printPages { try await client.listKeys($0) }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func printPages(_ fetch: @escaping (ListKeysRequest) async throws -> ListKeysResponse) async throws {
        var printer = KeyListPrinter(list, address: connection.address, .output, connection.output)
        for try await page in KeyPages(list.request, followsCursors: list.all, fetch: fetch) {
            try printer.print(page)
        }
        try printer.end()
    }
}
