// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel
internal import KeyWire

struct KeyExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all keys' records, one a line.",
        usage: "latchkey key export [--account <account>] [<options>] >keys.ndjson",
        discussion: """
            JSON, a key a line, as `key list -o ndjson` shows it: of one account, or of
            all, by their ids; within an account newest first, whatever their status.
            There are no secrets in it and no digests of them, so it is no backup, and
            cannot be imported. What is changed meanwhile may be in it or not.

            Examples:
              latchkey key export >keys.ndjson
              latchkey key export --account acme >acme.ndjson
            """
    )

    @Option(help: "Only this account's keys.", completion: .accounts)
    var account: String?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if connection.output == .json { throw ValidationError("an export is one key a line: leave -o json out") }
    }

    func run() async throws {
        let client = try connection.client()
        do {
            try await export(from: client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func export(from client: KeyClient) async throws {
        let progress = Progress(doing: "exporting keys", total: 0)
        defer { progress.end() }
        var count = 0
        if let account {
            try await export(account, from: client) { page in
                count += page.keys.count
                progress.reach(count, of: Int(clamping: page.total))
            }
        } else {
            let total = Int(clamping: try await client.health().keys)
            var request = ListAccountsRequest(limit: UInt32(Limits.longestPage))
            repeat {
                let accounts = try await client.listAccounts(request)
                for account in accounts.accounts {
                    try await export(account.settings.id, from: client) { page in
                        count += page.keys.count
                        progress.reach(count, of: total)
                    }
                }
                request.startingAfter = accounts.nextCursor
            } while !request.startingAfter.isEmpty
        }
        progress.end()
        if Terminal.error.columns != nil { StandardError.write("\(Grouped.count(count, "key"))\n") }
    }

    private func export(
        _ account: String, from client: KeyClient, told: (ListKeysResponse) -> Void
    ) async throws {
        let request = ListKeysRequest(accountID: account, filter: .all, limit: UInt32(Limits.longestPage))
        for try await page in KeyPages(request, followsCursors: true, fetch: { try await client.listKeys($0) }) {
            // A page at a time: the output is not buffered.
            if !page.keys.isEmpty {
                try StandardOutput.write(page.keys.map { KeyText.json($0) + "\n" }.joined())
            }
            told(page)
        }
    }
}
