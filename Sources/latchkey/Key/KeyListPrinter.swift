// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire

/// Prints pages of keys as they come, and at their end, for a person, how many there were and how to see the rest.
struct KeyListPrinter<Noun: KeyNoun> {
    private let listing: KeyListing
    private let page: KeyPageOptions<Noun>
    /// As the command line says where the server is and who asks, for the next command.
    private let connection: [String]
    private let row: any KeyLine
    private let format: OutputFormat
    /// What they add up to. The keys themselves are kept only for JSON, which is one message.
    private var sum: ListKeysResponse?
    private var count = 0

    init(
        _ listing: KeyListing, _ page: KeyPageOptions<Noun>, _ row: any KeyLine, connection: [String],
        format: OutputFormat
    ) {
        self.listing = listing
        self.page = page
        self.row = row
        self.connection = connection
        self.format = format
    }

    mutating func print(_ page: ListKeysResponse, now: Timestamp = .now) throws(CommandFailure) {
        var sum = sum ?? ListKeysResponse(total: 0, keys: [], nextCursor: "", previousCursor: page.previousCursor)
        sum.total = page.total
        sum.nextCursor = page.nextCursor
        switch format {
        case .table:
            if count == 0, !page.keys.isEmpty { try StandardOutput.writeLine(row.header) }
            for key in page.keys { try StandardOutput.writeLine(row.text(key, now: now)) }
        case .ndjson:
            for key in page.keys { try StandardOutput.writeLine(KeyText.json(key)) }
        case .json:
            sum.keys += page.keys
        }
        count += page.keys.count
        self.sum = sum
    }

    func end() throws(CommandFailure) {
        guard let sum else { return }
        switch format {
        case .json: return try StandardOutput.writeLine(ProtoJSON.text(.listKeys(sum)))
        // A program that reads lines is told only what it cannot see: that there is more.
        case .ndjson where sum.nextCursor.isEmpty: return
        case .table, .ndjson: break
        }
        pageEnd(sum).tell()
    }

    /// "25 of 137 active keys; older ones: latchkey key list …"
    private func pageEnd(_ sum: ListKeysResponse) -> PageEnd {
        let things = page.things(sum.total)
        let shown = Grouped.text(count)
        let text = UInt64(count) == sum.total ? shown : "\(shown) of \(Grouped.text(sum.total))"
        if page.endingBefore != nil, !sum.previousCursor.isEmpty {
            return PageEnd(
                text: "\(text) \(things)", next: ("newer ones", command(["--ending-before", sum.previousCursor])))
        }
        if page.endingBefore == nil, !sum.nextCursor.isEmpty {
            return PageEnd(
                text: "\(text) \(things)", next: ("older ones", command(["--starting-after", sum.nextCursor])))
        }
        if sum.total > 0 { return PageEnd(text: "\(text) \(things)") }
        let none = "\(listing.none) \(things)"
        if page.status.filter == .all { return PageEnd(text: none) }
        return PageEnd(text: none, next: ("all that there are", command([], filter: .all)))
    }

    /// The same list, from another place on.
    private func command(_ place: [String], filter: KeyFilter? = nil) -> [String] {
        listing.command + page.arguments(filter) + place + connection
    }
}

/// A key as one JSON object.
enum KeyText {
    /// A key alone. The reply to GetKey has nothing else in it.
    static func json(_ key: Key) -> String {
        String(ProtoJSON.text(.getKey(GetKeyResponse(key: key))).dropFirst("{\"key\":".count).dropLast())
    }
}
