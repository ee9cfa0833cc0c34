// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

/// Which of an account's keys are listed, and how many at a time.
struct KeyPageOptions<Noun: KeyNoun>: ParsableArguments {
    @Option(help: "Which \(Noun.word)s: active, inactive or all.")
    var status = KeyFilterArgument(.active)

    @Option(
        help: .init("How many, 1 to 100; with --all, in one call. (default: 25; with --all: 100)", valueName: "count"))
    var limit: UInt32?

    @Flag(help: "All of them, not only a page.")
    var all = false

    @Option(help: .init("Those that are older than this \(Noun.word).", valueName: "id"), completion: Noun.ids)
    var startingAfter: String?

    @Option(
        help: .init("Those that are newer than this \(Noun.word), the nearest of them.", valueName: "id"),
        completion: Noun.ids)
    var endingBefore: String?

    @Option(help: .init("Pass over so many of the newest.", valueName: "count"))
    var offset: UInt32?

    func validate() throws {
        if let limit, !(1...UInt32(Limits.longestPage)).contains(limit) {
            throw ValidationError("--limit is 1 to \(Limits.longestPage); --all shows all of them")
        }
        if all, endingBefore != nil {
            throw ValidationError("--all goes from newer keys to older ones, and --ending-before the other way")
        }
        let places = [
            startingAfter.map { _ in "--starting-after" }, endingBefore.map { _ in "--ending-before" },
            offset.map { _ in "--offset" },
        ].compactMap { $0 }
        if places.count > 1 {
            throw ValidationError("\(places.joined(separator: " and ")) exclude each other; give one of them")
        }
    }

    private func request(_ account: String) -> ListKeysRequest {
        ListKeysRequest(
            accountID: account, filter: status.filter, limit: limit ?? (all ? UInt32(Limits.longestPage) : 0),
            startingAfter: startingAfter ?? "", endingBefore: endingBefore ?? "", offset: offset ?? 0)
    }

    /// "active keys", of as many as there are.
    func things(_ count: some BinaryInteger) -> String {
        let key = Noun.word + (count == 1 ? "" : "s")
        switch status.filter {
        case .active: return "active \(key)"
        case .inactive: return "inactive \(key)"
        case .all: return key
        }
    }

    /// What the next command says of them.
    func arguments(_ filter: KeyFilter?) -> [String] {
        let filter = filter ?? status.filter
        return (filter == .active ? [] : ["--status", "\(filter)"]) + (limit.map { ["--limit", "\($0)"] } ?? [])
    }

    /// Prints what a server lists, page by page.
    func print(_ listing: KeyListing, _ row: any KeyLine, _ connection: ConnectionOptions) async throws {
        let client = try connection.client()
        do {
            var printer = KeyListPrinter(
                listing, self, row, connection: connection.next, format: connection.output)
            let pages = KeyPages(request(listing.accountID), followsCursors: all) { try await client.listKeys($0) }
            for try await page in pages { try printer.print(page) }
            try printer.end()
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}

/// `active`, `inactive` or `all`.
struct KeyFilterArgument: ExpressibleByArgument {
    let filter: KeyFilter

    init(_ filter: KeyFilter) {
        self.filter = filter
    }

    init?(argument: String) {
        guard let filter = KeyFilter.allCases.first(where: { "\($0)" == argument.lowercased() }) else { return nil }
        self.filter = filter
    }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
    static var allValueStrings: [String] { KeyFilter.allCases.map { "\($0)" } }
    var defaultValueDescription: String { "\(filter)" }
}
