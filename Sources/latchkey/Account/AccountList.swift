// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel
internal import KeyWire

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the accounts, by their ids.",
        usage: """
            latchkey account list [--limit <count> | --all]
                                  [--starting-after <account>] [<options>]
            """,
        discussion: """
            Shows a page, and says on standard error how to see the next one. With
            -o json the reply is printed, with its cursor; with -o ndjson one account
            a line.

            Examples:
              latchkey account list
              latchkey account list --all -o ndjson
            """
    )

    @Option(
        help: .init("How many, 1 to 100; with --all, in one call. (default: 25; with --all: 100)", valueName: "count"))
    var limit: UInt32?

    @Flag(help: "All of them, not only a page.")
    var all = false

    @Option(help: .init("Those behind this one.", valueName: "account"), completion: .accounts)
    var startingAfter: String?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let limit, !(1...UInt32(Limits.longestPage)).contains(limit) {
            throw ValidationError("--limit is 1 to \(Limits.longestPage); --all shows all of them")
        }
    }

    func run() async throws {
        let client = try connection.client()
        do {
            try await printPages { try await client.listAccounts($0) }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func printPages(_ fetch: (ListAccountsRequest) async throws -> ListAccountsResponse) async throws {
        var request = ListAccountsRequest(
            limit: limit ?? (all ? UInt32(Limits.longestPage) : 0), startingAfter: startingAfter ?? "")
        let row = AccountRow(terminal: .output)
        var sum = ListAccountsResponse(accounts: [], nextCursor: "")
        var count = 0
        repeat {
            let page = try await fetch(request)
            switch connection.output {
            case .table:
                if count == 0, !page.accounts.isEmpty { try StandardOutput.writeLine(row.header) }
                for account in page.accounts { try StandardOutput.writeLine(row.text(account)) }
            case .ndjson:
                for account in page.accounts { try StandardOutput.writeLine(json(account)) }
            case .json: sum.accounts += page.accounts
            }
            count += page.accounts.count
            sum.nextCursor = page.nextCursor
            request.startingAfter = page.nextCursor
        } while all && !sum.nextCursor.isEmpty
        switch connection.output {
        case .json: try StandardOutput.writeLine(ProtoJSON.text(.listAccounts(sum)))
        case .ndjson where sum.nextCursor.isEmpty: break
        case .table, .ndjson: pageEnd(count, sum.nextCursor).tell()
        }
    }

    private func pageEnd(_ count: Int, _ next: String) -> PageEnd {
        let text = count == 0 ? "no accounts" : Grouped.count(count, "account")
        if next.isEmpty { return PageEnd(text: text) }
        let words =
            ["account", "list"] + (limit.map { ["--limit", "\($0)"] } ?? []) + ["--starting-after", next]
            + connection.next
        return PageEnd(text: text, next: ("further ones", words))
    }

    /// An account alone. The reply to GetAccount has nothing else in it.
    private func json(_ account: Account) -> String {
        let reply = ProtoJSON.text(.getAccount(GetAccountResponse(account: account)))
        return String(reply.dropFirst("{\"account\":".count).dropLast())
    }
}
