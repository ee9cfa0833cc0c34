// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// B7 on a whole store: what a retry is told, and what is left of it after a restart.
@Suite struct RetryTests {
    private let context = CallContext(caller: "uid:1", peer: "", deadline: nil, authority: .administrator)

    private static func id(_ number: Int) -> [UInt8] { Array("request-\(10_000_000 + number)".utf8) }

    private func open(_ storage: any Storage, _ clock: ManualClock = ManualClock()) throws -> OpenStore {
        try OpenStore(path: "/data", storage: storage, clock: clock, segmentBytes: 64 * 1024) { Issue.record("\($0)") }
    }

    private func create(_ number: Int, account: String = "acme", name: String = "n") -> CreateKeyRequest {
        CreateKeyRequest(
            accountID: account, userID: "u", name: name, unrestricted: true, requestID: Self.id(number))
    }

    /// Everything that a store is asked for with an id, and what it answered.
    private struct Answers: Equatable {
        var rekeyed: RekeyKeyResponse?
        var created: CreateKeyResponse?
        let updated: UpdateKeyResponse
        let retired: RetireSecretsResponse
        let revoked: RevokeKeyResponse
        let account: UpdateAccountResponse
        let all: RevokeAllKeysResponse
    }

    private func ask(_ store: KeyStore, key: KeyID, other: KeyID, secrets: Bool = true) async throws -> Answers {
        let (key, other) = ("\(key)", "\(other)")
        let rekeyed =
            secrets ? try await store.rekeyKey(RekeyKeyRequest(keyID: key, requestID: Self.id(1)), context) : nil
        let created = secrets ? try await store.createKey(create(2), context) : nil
        return Answers(
            rekeyed: rekeyed, created: created,
            updated: try await store.updateKey(
                UpdateKeyRequest(keyID: key, name: "second", requestID: Self.id(3)), context),
            retired: try await store.retireSecrets(
                RetireSecretsRequest(keyID: key, requestID: Self.id(4)), context),
            revoked: try await store.revokeKey(RevokeKeyRequest(keyID: other, requestID: Self.id(5)), context),
            account: try await store.updateAccount(
                UpdateAccountRequest(accountID: "acme", maxActiveKeys: 7, requestID: Self.id(6)), context),
            all: try await store.revokeAllKeys(
                RevokeAllKeysRequest(accountID: "acme", expectedCount: 2, requestID: Self.id(7)), context))
    }

    @Test("B7: a retry of each call gets the first answer, its secret, revision and record as of then included")
    func sameAnswer() async throws {
        let clock = ManualClock()
        let opened = try open(SimulatedStorage(), clock)
        let store = opened.store
        let key = try await store.createKey(create(100), context).key.id
        let other = try await store.createKey(create(101), context).key.id
        store.index.find(key)?.counters.countUse(at: clock.wallTime())
        let first = try await ask(store, key: key, other: other)
        #expect(first.rekeyed?.key.useCount == 1)
        #expect(first.retired.retired == 1)
        #expect(first.account.account.activeKeys == 2)
        #expect(first.all.revoked == 2)
        let revision = store.revision
        clock.advance(by: .seconds(599))
        // What happens meanwhile shows in no answer.
        store.index.find(key)?.counters.countUse(at: clock.wallTime())
        _ = try await store.createKey(create(102), context)
        #expect(try await ask(store, key: key, other: other) == first)
        #expect(try await ask(store, key: key, other: other) == first)
        #expect(store.revision == revision + 1)
        #expect(first.rekeyed?.secret.count == 64 && first.rekeyed?.secret != first.created?.secret)
        opened.stop()
    }

    @Test(
        "B7: after a restart retries get the first answer, only the secrets are gone, and the refusal names the key",
        arguments: ["journal", "snapshot", "both"])
    func restart(from source: String) async throws {
        let storage = SimulatedStorage()
        let clock = ManualClock()
        let first = try open(storage, clock)
        let key = try await first.store.createKey(create(100), context).key.id
        let other = try await first.store.createKey(create(101), context).key.id
        let asked = try await ask(first.store, key: key, other: other)
        if source != "journal" { _ = try await first.snapshots.take() }
        if source == "both" { _ = try await first.store.createKey(create(102), context) }
        first.stop()

        clock.advance(by: .seconds(60))
        let second = try open(storage.restarted(), clock)
        #expect((second.report.snapshot != nil) == (source != "journal"))
        let revision = second.store.revision
        var expected = asked
        (expected.rekeyed, expected.created) = (nil, nil)
        #expect(try await ask(second.store, key: key, other: other, secrets: false) == expected)
        let made = try #require(asked.created?.key.id)
        for (id, call) in [
            (made, { _ = try await second.store.createKey(create(2), context) }),
            (
                key,
                {
                    _ = try await second.store.rekeyKey(
                        RekeyKeyRequest(keyID: "\(key)", requestID: Self.id(1)), context)
                }
            ),
        ] as [(KeyID, () async throws -> Void)] {
            let refused = await #expect(throws: Refusal.self) { try await call() }
            #expect(refused?.code == .failedPrecondition)
            #expect(refused?.reason == .secretGone)
            #expect(refused?.message.contains("re-key \(id)") == true)
        }
        // Another body is still told from the first.
        let reused = await #expect(throws: Refusal.self) {
            try await second.store.createKey(create(2, name: "other"), context)
        }
        #expect(reused?.reason == .requestIDReused)
        #expect(second.store.revision == revision)
        clock.advance(by: .seconds(540))
        let anew = try await second.store.createKey(create(2), context)
        #expect(anew.key.id != made)
        second.stop()
    }

    @Test("B7, storage rule 2: a retry that comes while the first is being synced waits for it, and gets its answer")
    func whileSyncing() async throws {
        let storage = GatedStorage(SimulatedStorage())
        let clock = WatchedClock()
        let opened = try OpenStore(path: "/data", storage: storage, clock: clock, segmentBytes: 64 * 1024) { _ in }
        let (store, context, request) = (opened.store, context, create(1))
        storage.close()
        let told = Count()
        @Sendable func ask() async throws -> CreateKeyResponse {
            defer { told.add() }
            return try await store.createKey(request, context)
        }
        async let first = ask()
        await storage.syncWaits()
        let decidedBefore = clock.reads
        async let second = ask()
        async let third = ask()
        // Both have been decided, on what is not durable; whoever told too early has had every chance to.
        while clock.reads < decidedBefore + 2 { await Task.yield() }
        for _ in 0..<2_000 { await Task.yield() }
        #expect(told.value == 0)
        #expect(store.revision == 0)
        storage.open()
        let answers = try await [first, second, third]
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect(store.revision == 1)
        #expect(store.index.count == 1)
        opened.stop()
    }

    @Test("B7: another caller's request with the same id and body is carried out too")
    func otherCaller() async throws {
        let opened = try open(SimulatedStorage())
        let other = CallContext(caller: "uid:2", peer: "", deadline: nil, authority: .administrator)
        let mine = try await opened.store.createKey(create(1), context)
        let theirs = try await opened.store.createKey(create(1), other)
        #expect(mine.key.id != theirs.key.id)
        #expect(try await opened.store.createKey(create(1), context) == mine)
        #expect(try await opened.store.createKey(create(1), other) == theirs)
        opened.stop()
    }

    @Test("B7: a refused request is not remembered, and is carried out when what was in its way is gone")
    func refusedFirst() async throws {
        let opened = try open(SimulatedStorage())
        let store = opened.store
        for number in 1...5 { _ = try await store.createKey(create(number), context) }
        let refused = await #expect(throws: Refusal.self) { try await store.createKey(create(6), context) }
        #expect(refused?.reason == .activeKeyLimit)
        _ = try await store.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 6), context)
        let made = try await store.createKey(create(6), context)
        #expect(try await store.createKey(create(6), context) == made)
        #expect(store.index.count == 6)
        opened.stop()
    }

    @Test("B7: 1,000 random requests, sent again and again over restarts, are each carried out once")
    func random() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("random retries from seed \(seed)")
        var random = SplitMix64(seed: seed)
        let clock = ManualClock()
        var storage = SimulatedStorage()
        var opened = try open(storage, clock)
        var made: [Int: CreateKeyResponse] = [:]
        var lives: [Int: Int] = [:]
        var (life, done) = (0, 0)
        for step in 0..<1_000 {
            let number = Int(random.next() % 120)
            if random.next() % 100 == 0 {
                if random.next() % 2 == 0 { _ = try await opened.snapshots.take() }
                opened.stop()
                storage = storage.restarted()
                opened = try open(storage, clock)
                life += 1
            }
            // In all they last less than what an id is kept for.
            clock.advance(by: .milliseconds(Int64(random.next() % 500)))
            let request = create(number, account: "a\(number)", name: "n\(number)")
            do throws(Refusal) {
                let answer = try await opened.store.createKey(request, context)
                if let first = made[number] {
                    #expect(answer == first, "step \(step), seed \(seed)")
                    #expect(lives[number] == life, "step \(step), seed \(seed)")
                } else {
                    (made[number], lives[number], done) = (answer, life, done + 1)
                }
            } catch {
                #expect(error.reason == .secretGone && lives[number] != life, "step \(step), seed \(seed)")
                #expect(error.message.contains("\(made[number]?.key.id.description ?? "none")"), "seed \(seed)")
            }
            #expect(opened.store.index.count == done, "step \(step), seed \(seed)")
        }
        #expect(done > 100)
        opened.stop()
    }
}
