// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import Testing

/// Who is narrowed to an account sees nothing of others: what he is told of them is what he is told of nothing.
@Suite("R13: tenancy") struct TenancyTests {
    private static let missing = "000000000000"

    /// Everything that can be asked about a key.
    private func calls(key id: String) -> [Call] {
        [
            .getKey(GetKeyRequest(keyID: id)), .updateKey(UpdateKeyRequest(keyID: id, name: "x")),
            .updateKey(UpdateKeyRequest(keyID: id, enabled: false, expectedRevision: 1)),
            .rekeyKey(RekeyKeyRequest(keyID: id, requestID: [UInt8](repeating: 1, count: 16))),
            .retireSecrets(RetireSecretsRequest(keyID: id)), .revokeKey(RevokeKeyRequest(keyID: id)),
            .listKeys(ListKeysRequest(accountID: "own", startingAfter: id)),
            .listKeys(ListKeysRequest(accountID: "own", filter: .all, endingBefore: id)),
            // What is wrong besides is told of both, or of neither.
            .updateKey(UpdateKeyRequest(keyID: id, name: "")),
            .rekeyKey(RekeyKeyRequest(keyID: id, overlap: .days(99))),
            .revokeKey(RevokeKeyRequest(keyID: id, requestID: [1, 2, 3])),
        ]
    }

    /// Everything that can be asked about an account.
    private func calls(account id: String) -> [Call] {
        [
            .getAccount(GetAccountRequest(accountID: id)), .listKeys(ListKeysRequest(accountID: id)),
            .listKeys(ListKeysRequest(accountID: id, offset: 1)),
            .revokeAllKeys(RevokeAllKeysRequest(accountID: id, expectedCount: 1)),
            .createKey(CreateKeyRequest(accountID: id, userID: "u-1", name: "k", unrestricted: true)),
            .updateAccount(UpdateAccountRequest(accountID: id, maxActiveKeys: 1, expectedRevision: 4)),
            .importKeys(
                ImportKeysRequest(keys: [
                    ImportedKey(
                        tokenSHA256: [UInt8](repeating: 2, count: 32), accountID: id, userID: "u-1", name: "k",
                        unrestricted: true)
                ])),
        ]
    }

    /// What is told of `id`, with another name put for it.
    private func told(_ refusal: Refusal?, of id: String, as name: String) -> Refusal? {
        guard var refusal else { return nil }
        refusal.message = refusal.message.split(separator: id, omittingEmptySubsequences: false).joined(separator: name)
        refusal.violations = refusal.violations.map {
            FieldViolation(
                $0.field,
                $0.description.split(separator: id, omittingEmptySubsequences: false).joined(separator: name))
        }
        return refusal
    }

    private func tenant(_ house: House) async throws -> Voice {
        house.voice(try await house.makeCaller("own/*:*").secret)
    }

    @Test("another account's keys, and the callers, are told of in the very words for keys that are not there")
    func keys() async throws {
        let house = try await House()
        _ = try await house.makeKey("own")
        let active = try await house.makeKey("acme")
        let revoked = try await house.makeKey("acme")
        _ = await house.administrator.ask(.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)")))
        let tenant = try await tenant(house)
        let before = house.revision
        for id in ["\(active.key.id)", "\(revoked.key.id)", house.administratorID] {
            for (call, other) in zip(calls(key: id), calls(key: Self.missing)) {
                let refusal = await tenant.refusal(call)
                #expect(refusal != nil, "\(call)")
                let expected = told(await tenant.refusal(other), of: Self.missing, as: "it")
                #expect(told(refusal, of: id, as: "it") == expected, "\(call.name)")
            }
        }
        #expect(house.revision == before)
    }

    @Test("another account is told of in the very words for one that is not there")
    func accounts() async throws {
        let house = try await House()
        _ = try await house.makeKey("own")
        _ = try await house.makeKey("acme")
        let tenant = try await tenant(house)
        let before = house.revision
        for (call, other) in zip(calls(account: "acme"), calls(account: "nowhere")) {
            let refusal = await tenant.refusal(call)
            #expect(refusal != nil, "\(call)")
            #expect(told(refusal, of: "acme", as: "it") == told(await tenant.refusal(other), of: "nowhere", as: "it"))
        }
        #expect(house.revision == before)
        // His own he has.
        #expect(await tenant.refusal(calls(account: "own")[0]) == nil)
        #expect(await tenant.refusal(calls(account: "own")[4]) == nil)
    }

    @Test("a key that is hidden is let in as one that is not there, and noted as little")
    func admitted() async throws {
        let house = try await House()
        let active = try await house.makeKey("acme")
        let tenant = try await tenant(house)
        for call in calls(key: "\(active.key.id)") + calls(account: "acme").prefix(4) {
            #expect(throws: Never.self, "\(call.name)") { try tenant.admit(call) }
        }
    }

    @Test("of a token that another account's key was imported from, an import says that it cannot be, and no more")
    func imported() async throws {
        let house = try await House()
        func results(_ voice: Voice, _ account: String, isDryRun: Bool) async throws -> [ImportResult] {
            let key = ImportedKey(
                tokenSHA256: [UInt8](repeating: 6, count: 32), accountID: account, userID: "u-1", name: "k",
                unrestricted: true)
            let reply = try await voice.ask(.importKeys(ImportKeysRequest(keys: [key], dryRun: isDryRun))).get()
            if case .importKeys(let response) = reply { return response.results } else { return [] }
        }
        let made = try await results(house.administrator, "acme", isDryRun: false)
        let tenant = try await tenant(house)
        for isDryRun in [true, false] {
            let told = try await results(tenant, "own", isDryRun: isDryRun)
            #expect(told.map(\.reason) == [.keyExists])
            #expect(told.map(\.keyID) == [""])
            #expect(!told[0].message.contains(made[0].keyID))
        }
        #expect(try await results(house.administrator, "own", isDryRun: true).map(\.keyID) == made.map(\.keyID))
    }

    @Test("Validate of another account's key is NOT_FOUND, without a name, and uses none of its rate limit")
    func validate() async throws {
        let house = try await House()
        let own = try await house.makeKey("own")
        let acme = try await house.administrator.create(
            CreateKeyRequest(
                accountID: "acme", userID: "u-1", name: "limited", unrestricted: true,
                rateLimit: RateLimit(requests: 1, perSeconds: 60, burst: 1)))
        let tenant = try await tenant(house)
        for _ in 0..<5 { #expect(try tenant.validate(acme.secret) == (.notFound, nil)) }
        #expect(try tenant.validate(own.secret) == (.valid, "\(own.key.id)"))
        #expect(try house.administrator.validate(acme.secret).verdict == .valid)
        _ = await house.administrator.ask(.revokeKey(RevokeKeyRequest(keyID: "\(acme.key.id)")))
        #expect(try tenant.validate(acme.secret) == (.notFound, nil))
    }

    @Test("the accounts' list is his accounts, page by page; without any, empty")
    func list() async throws {
        let house = try await House()
        for account in ["a", "b", "c", "d", "e"] { _ = try await house.makeKey(account) }
        let some = house.voice(try await house.makeCaller("b/accounts:read", "d/*:*", "z/accounts:read").secret)
        #expect(try await some.pages(1) == [["b"], ["d"]])
        #expect(try await some.pages(2) == [["b", "d"]])
        #expect(try await some.pages(9, after: "a") == [["b", "d"]])
        #expect(try await some.pages(9, after: "b") == [["d"]])
        let none = house.voice(try await house.makeCaller("z/accounts:read").secret)
        #expect(try await none.pages(9) == [[]])
        let callers = house.voice(try await house.makeCaller("callers:read").secret)
        #expect(try await callers.pages(9) == [[]])
        // The callers' account is in nobody's list, whose page is full all the same.
        for limit in UInt32(1)...6 {
            let pages = try await house.administrator.pages(limit)
            #expect(pages.flatMap(\.self) == ["a", "b", "c", "d", "e"])
            #expect(pages.dropLast().allSatisfy { $0.count == Int(limit) })
        }
    }

    @Test("a request_id that another has used is his own to use, with whatever body")
    func requestIDs() async throws {
        let house = try await House()
        let (first, second) = (try await tenant(house), try await tenant(house))
        let id = [UInt8](repeating: 5, count: 16)
        func request(_ name: String) -> CreateKeyRequest {
            CreateKeyRequest(accountID: "own", userID: "u-1", name: name, unrestricted: true, requestID: id)
        }
        let made = try await first.create(request("one"))
        let other = try await second.create(request("two"))
        #expect(made.key.id != other.key.id)
        #expect(await first.refusal(.createKey(request("two")))?.reason == .requestIDReused)
        #expect(try await second.create(request("two")) == other)
    }

    @Test("how many keys there are in all is for who may read all of them")
    func total() async throws {
        let house = try await House()
        _ = try await house.makeKey("acme")
        func keys(_ voice: Voice) async throws -> UInt64 {
            guard case .health(let health) = try await voice.ask(.health).get() else { return .max }
            return health.keys
        }
        #expect(try await keys(house.administrator) == 2)
        #expect(try await keys(tenant(house)) == 0)
        #expect(try await keys(Voice(house.counter)) == 0)
    }
}

extension Voice {
    /// The ids of all pages of the accounts' list.
    fileprivate func pages(_ limit: UInt32, after: String = "") async throws -> [[String]] {
        var pages: [[String]] = []
        var cursor = after
        repeat {
            let reply = try await ask(.listAccounts(ListAccountsRequest(limit: limit, startingAfter: cursor))).get()
            guard case .listAccounts(let page) = reply else { return pages }
            pages.append(page.accounts.map(\.settings.id))
            cursor = page.nextCursor
        } while !cursor.isEmpty && pages.count < 100
        return pages
    }
}
