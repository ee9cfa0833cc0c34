// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// Which of an account's keys are listed, and how many at a time.
struct KeyListOptions: ParsableArguments {
    @Option(help: "Whose keys.", completion: .accounts)
    var account: String

    @Option(help: "Which keys: active, inactive or all.")
    var status = KeyFilterArgument(.active)

    @Option(
        help: .init("How many, 1 to 100; with --all, in one call. (default: 25; with --all: 100)", valueName: "count"))
    var limit: UInt32?

    @Flag(help: "All of them, not only a page.")
    var all = false

    @Option(help: .init("Those that are older than this key.", valueName: "id"), completion: .keyIDs)
    var startingAfter: String?

    @Option(
        help: .init("Those that are newer than this key, the nearest of them.", valueName: "id"), completion: .keyIDs)
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

    var request: ListKeysRequest {
        ListKeysRequest(
            accountID: account, filter: status.filter, limit: limit ?? (all ? UInt32(Limits.longestPage) : 0),
            startingAfter: startingAfter ?? "", endingBefore: endingBefore ?? "", offset: offset ?? 0)
    }

    /// "active keys", of as many as there are.
    func things(_ count: some BinaryInteger) -> String {
        let key = count == 1 ? "key" : "keys"
        switch status.filter {
        case .active: return "active \(key)"
        case .inactive: return "inactive \(key)"
        case .all: return key
        }
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
