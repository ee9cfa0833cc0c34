// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyModel
internal import KeyStore

struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show who changed what, when and from where, oldest first.",
        usage: """
            latchkey audit list <directory> [--account <account>] [--key <id>]
                                [--after <sequence>] [--limit <count>] [<options>]
            """,
        discussion: """
            Reads history and journal, and verifies every record before it is shown.
            Nothing is changed, and a server may be running. What a change was is
            found by comparing a key's record with the one before it; of a key whose
            first records went with old history, the first change that is left is
            only told as one. The end of all of an account's keys is one change of
            the account; with --key, it is that key's too.

            Examples:
              latchkey audit list ./latchkey-data --account acme
              latchkey audit list ./latchkey-data --key 4mVb0QaX9dEF
              latchkey audit list ./latchkey-data --after 1200 -o ndjson
            """
    )

    @OptionGroup var options: StoreOptions

    @Option(help: "Only this account.")
    var account: String?

    @Option(help: .init("Only this key, by its id.", valueName: "id"))
    var key: String?

    @Option(help: .init("Only what came after this record.", valueName: "sequence"))
    var after: UInt64 = 0

    @Option(help: .init("End after this many.", valueName: "count"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let key, KeyID(key) == nil { throw ValidationError("--key: a key's id has 12 letters and digits") }
    }

    func run() async throws {
        try options.withStore { store in
            var trail = AuditTrail(accountID: account, keyID: key.flatMap { KeyID($0) })
            var printer = AuditPrinter(terminal: .output, format: options.output)
            try store.readJournal(history: true) { record in
                guard let entry = try trail.entry(record), entry.sequence > after else { return true }
                try printer.print(entry)
                return printer.count < limit ?? .max
            }
            try printer.end()
        }
    }
}
