// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting

/// Lists an account's active keys page by page to the oldest and back to the newest, while keys come and go.
///
/// With every page, and not waiting for it, one key is created and one is revoked. Now and then the very key that the
/// next page begins at is revoked before it is asked for, so that the cursor's key is not among those that match.
struct ListWalk {
    /// What was seen on one of the two ways, newest first, by the keys' numbers in the order that they were made.
    struct Way {
        var pages = 0
        /// How often a cursor's key was revoked before the cursor was used.
        var cutCursors = 0
        /// Active from the beginning until they are listed.
        let expected: Set<Int>
        var seen: [Int] = []

        var missed: Int { expected.subtracting(seen).count }
        var repeated: Int { seen.count - Set(seen).count }
        /// Keys that come after an older one.
        var disordered: Int { zip(seen, seen.dropFirst()).count { $0 <= $1 } }
    }

    /// One key of so many may be revoked at any time; the others only when a cursor points at them.
    private static let fleetingStride = 10
    /// A cursor's key is revoked once in so many pages.
    private static let cutStride = 7

    private let account: String
    private let reader: KeyClient
    private let changer: KeyClient
    private var ids: [String]
    private var numbers: [String: Int]
    private var revoked: Set<Int> = []
    /// In the order that they are revoked in, the last one first.
    private var fleeting: [Int]

    /// - Parameter ids: The account's keys, all active, in the order that they were made.
    init(account: String, ids: [String], reader: KeyClient, changer: KeyClient, seed: UInt64) {
        (self.account, self.ids, self.reader, self.changer) = (account, ids, reader, changer)
        numbers = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        var generator = SplitMix64(seed: seed)
        fleeting = stride(from: 0, to: ids.count, by: Self.fleetingStride).shuffled(using: &generator)
    }

    /// From the newest to the oldest, and from there back; the second way begins with the first one's last page.
    mutating func walk() async throws -> (older: Way, newer: Way) {
        var older = Way(expected: lasting)
        var last: [Int] = []
        var (next, previous) = ("", "")
        repeat {
            let page = try await page(ListKeysRequest(accountID: account, limit: Self.limit, startingAfter: next))
            last = page.keys
            older.seen += last
            (next, previous) = (page.next, page.previous)
            try await turn(next, &older)
        } while !next.isEmpty
        var newer = Way(expected: lasting)
        var pages = [last]
        while !previous.isEmpty {
            let page = try await page(ListKeysRequest(accountID: account, limit: Self.limit, endingBefore: previous))
            pages.append(page.keys)
            previous = page.previous
            try await turn(previous, &newer)
        }
        newer.seen = Array(pages.reversed().joined())
        return (older, newer)
    }

    private static let limit = UInt32(Limits.longestPage)

    private var lasting: Set<Int> {
        Set(ids.indices.filter { !$0.isMultiple(of: Self.fleetingStride) }).subtracting(revoked)
    }

    /// Reads a page while a key is created and another one is revoked.
    private mutating func page(
        _ request: ListKeysRequest
    ) async throws -> (keys: [Int], next: String, previous: String) {
        let victim = fleeting.popLast()
        let id = victim.map { ids[$0] }
        let (changer, account) = (changer, account)
        async let created = changer.makeKey(account: account)
        async let ended: Void = Self.revoke(id, changer)
        let page = try await reader.listKeys(request)
        let made = "\(try await created.key.id)"
        try await ended
        numbers[made] = ids.count
        ids.append(made)
        if let victim { revoked.insert(victim) }
        return (page.keys.compactMap { numbers["\($0.id)"] }, page.nextCursor, page.previousCursor)
    }

    /// Between two pages: now and then what the cursor points at is revoked.
    private mutating func turn(_ cursor: String, _ way: inout Way) async throws {
        way.pages += 1
        guard way.pages.isMultiple(of: Self.cutStride), let number = numbers[cursor], !revoked.contains(number) else {
            return
        }
        try await Self.revoke(cursor, changer)
        revoked.insert(number)
        way.cutCursors += 1
    }

    private static func revoke(_ id: String?, _ client: KeyClient) async throws {
        if let id { _ = try await client.revokeKey(RevokeKeyRequest(keyID: id)) }
    }
}
