// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import KeyTesting
import Testing

/// R14: pages of keys, against a list of all of them.
@Suite struct ListTests {
    private func commands(_ count: Int) throws -> (Commands, [StoredKey]) {
        var commands = Commands()
        try commands.setCap(0)
        let keys = try (0..<count).map { try commands.create(name: "k\($0)") }
        return (commands, keys)
    }

    private func names(_ page: ListKeysResponse) -> [String] { page.keys.map(\.name) }

    @Test("R14: newest first, 25 unless told, both cursors lead on and back")
    func pages() throws {
        var (commands, _) = try commands(60)
        func page(_ request: ListKeysRequest) throws -> ListKeysResponse {
            try commands.state.listKeys(request, at: Commands.start)
        }
        let first = try page(ListKeysRequest(accountID: "acme"))
        #expect(first.total == 60)
        #expect(names(first) == (35..<60).reversed().map { "k\($0)" })
        #expect(first.previousCursor.isEmpty)
        let second = try page(ListKeysRequest(accountID: "acme", startingAfter: first.nextCursor))
        #expect(names(second) == (10..<35).reversed().map { "k\($0)" })
        let third = try page(ListKeysRequest(accountID: "acme", startingAfter: second.nextCursor))
        #expect(names(third) == (0..<10).reversed().map { "k\($0)" })
        #expect(third.nextCursor.isEmpty)
        let back = try page(ListKeysRequest(accountID: "acme", endingBefore: third.previousCursor))
        #expect(names(back) == names(second))
        #expect(try page(ListKeysRequest(accountID: "acme", endingBefore: back.previousCursor)).keys == first.keys)
        #expect(names(try page(ListKeysRequest(accountID: "acme", limit: 3, offset: 58))) == ["k1", "k0"])
        #expect(try page(ListKeysRequest(accountID: "acme", offset: 60)).keys.isEmpty)
        #expect(try page(ListKeysRequest(accountID: "acme", offset: .max)).keys.isEmpty)
    }

    @Test("R14: a cursor keeps its place after its key has left the filter, and another account's is refused")
    func cursors() throws {
        var (commands, keys) = try commands(10)
        let other = try commands.create(account: "other")
        _ = try commands.revoke(keys[5])
        let page = try commands.state.listKeys(
            ListKeysRequest(accountID: "acme", startingAfter: "\(keys[5].id)"), at: Commands.start)
        #expect(names(page) == ["k4", "k3", "k2", "k1", "k0"])
        for cursor in ["\(other.id)", "zzzzzzzzzzzz"] {
            #expect(
                refusal {
                    try commands.state.listKeys(
                        ListKeysRequest(accountID: "acme", startingAfter: cursor), at: Commands.start)
                } == .invalidField)
        }
        #expect(
            refusal { try commands.state.listKeys(ListKeysRequest(accountID: "none"), at: Commands.start) }
                == .accountNotFound)
        keys.removeAll()
    }

    @Test("R14: any walk of pages, in any filter, sees exactly what a list of all keys says", arguments: 1...20)
    func walks(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var (commands, keys) = try commands(Int(random.next() % 120) + 1)
        for index in keys.indices {
            switch random.next() % 4 {
            case 0: keys[index] = try commands.revoke(keys[index])
            case 1: keys[index] = try commands.update(keys[index], enabled: false)
            case 2: keys[index] = try commands.update(keys[index], expiry: .at(Commands.start))
            default: break
            }
        }
        for filter in KeyFilter.allCases {
            let expected = keys.reversed().filter { filter.admits($0.standing.status(at: Commands.start)) }
            let limit = UInt32(random.next() % 100) + 1
            var seen: [String] = []
            var request = ListKeysRequest(accountID: "acme", filter: filter, limit: limit)
            var page = try commands.state.listKeys(request, at: Commands.start)
            #expect(page.total == UInt64(expected.count), "seed \(seed)")
            while true {
                seen += names(page)
                if page.nextCursor.isEmpty { break }
                request.startingAfter = page.nextCursor
                page = try commands.state.listKeys(request, at: Commands.start)
            }
            #expect(seen == expected.map(\.name), "seed \(seed)")
            // And back.
            seen = names(page)
            while !page.previousCursor.isEmpty {
                let back = ListKeysRequest(
                    accountID: "acme", filter: filter, limit: limit, endingBefore: page.previousCursor)
                page = try commands.state.listKeys(back, at: Commands.start)
                seen = names(page) + seen
            }
            #expect(seen == expected.map(\.name), "back, seed \(seed)")
            let offset = random.next() % UInt64(expected.count + 2)
            let skipped = try commands.state.listKeys(
                ListKeysRequest(accountID: "acme", filter: filter, limit: limit, offset: UInt32(offset)),
                at: Commands.start)
            #expect(
                names(skipped) == expected.dropFirst(Int(offset)).prefix(Int(limit)).map(\.name), "seed \(seed)")
        }
    }

    @Test("R14: a page ends early where it would take too long, and the cursor goes on from there")
    func early() throws {
        var (commands, keys) = try commands(Limits.scannedKeys + 10)
        let wanted = keys[3]
        for index in keys.indices where index != 3 { keys[index] = try commands.revoke(keys[index]) }
        let first = try commands.state.listKeys(ListKeysRequest(accountID: "acme"), at: Commands.start)
        #expect(first.total == 1)
        #expect(first.keys.isEmpty)
        #expect(!first.nextCursor.isEmpty)
        let second = try commands.state.listKeys(
            ListKeysRequest(accountID: "acme", startingAfter: first.nextCursor), at: Commands.start)
        #expect(second.keys.map(\.id) == [wanted.id])
    }

    @Test("R14: a page of large keys fits a frame")
    func large() throws {
        var commands = Commands()
        try commands.setCap(0)
        let grants = (0..<300).map { Grant(resource: String(repeating: "r", count: 90) + "\($0)", actions: .all) }
        for _ in 0..<100 {
            let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "n", grants: grants)
            _ = try commands.create(request)
        }
        var pages = 0
        var seen = 0
        var request = ListKeysRequest(accountID: "acme", limit: 100)
        repeat {
            let page = try commands.state.listKeys(request, at: Commands.start)
            #expect(!page.keys.isEmpty)
            seen += page.keys.count
            pages += 1
            request.startingAfter = page.nextCursor
        } while !request.startingAfter.isEmpty
        #expect(seen == 100)
        #expect((3...10).contains(pages))
    }

    @Test("accounts are listed by id, each once, also those that come between")
    func accounts() throws {
        var commands = Commands()
        for number in [5, 3, 9, 1] { try commands.setCap(1, account: "a\(number)") }
        func page(_ after: String) -> ListAccountsResponse {
            commands.state.listAccounts(
                ListAccountsRequest(limit: 2, startingAfter: after), in: .everything, at: Commands.start)
        }
        #expect(page("").accounts.map(\.settings.id) == ["a1", "a3"])
        #expect(page("").nextCursor == "a3")
        try commands.setCap(1, account: "a4")
        try commands.setCap(1, account: "a2")
        #expect(page("a3").accounts.map(\.settings.id) == ["a4", "a5"])
        #expect(page("a5").accounts.map(\.settings.id) == ["a9"])
        #expect(page("a5").nextCursor.isEmpty)
        #expect(page("zzz").accounts.isEmpty)
    }
}
