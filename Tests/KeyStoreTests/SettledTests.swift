// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyCrypto
import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// What is told when.
@Suite struct SettledTests {
    private let context = CallContext(caller: "test", peer: "", deadline: nil, authority: .administrator)

    private func create(_ account: String = "acme") -> CreateKeyRequest {
        CreateKeyRequest(accountID: account, userID: "u", name: "n", unrestricted: true)
    }

    @Test(
        "R7, storage rule 2: no reply precedes the sync that covers it, be it of a change, a no-op, a refusal or a read"
    )
    func order() async throws {
        let storage = GatedStorage(SimulatedStorage())
        let clock = WatchedClock()
        let opened = try OpenStore(path: "/data", storage: storage, clock: clock, segmentBytes: 64 * 1024) { _ in }
        let store = opened.store
        let key = try await store.createKey(create(), context).key
        let id = "\(key.id)"
        storage.close()
        let told = Count()
        func tell(_ call: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
            Task { [told] in
                await call()
                told.add()
            }
        }
        let context = context
        let first = tell { _ = try? await store.revokeKey(RevokeKeyRequest(keyID: id), context) }
        await storage.syncWaits()
        let decidedBefore = clock.reads
        let others = [
            tell { _ = try? await store.revokeKey(RevokeKeyRequest(keyID: id), context) },
            tell {
                let refused = await #expect(throws: Refusal.self) {
                    try await store.rekeyKey(RekeyKeyRequest(keyID: id), context)
                }
                #expect(refused?.reason == .keyRevoked)
            },
            tell {
                let account = try? await store.getAccount(GetAccountRequest(accountID: "acme"), context).account
                #expect(account?.activeKeys == 0)
            },
        ]
        // All three have been decided, on what is not durable; whoever told too early has had every chance to.
        while clock.reads < decidedBefore + others.count { await Task.yield() }
        for _ in 0..<2_000 { await Task.yield() }
        #expect(told.value == 0)
        #expect(store.index.find(key.id)?.key.standing.revokeTime == nil)
        storage.open()
        for task in [first] + others { await task.value }
        #expect(store.index.find(key.id)?.key.standing.revokeTime != nil)
        opened.stop()
    }

    @Test("storage rule 3: after a write that failed nothing is acknowledged, and the program is told once")
    func failure() async throws {
        let storage = SimulatedStorage()
        let failures = Count()
        let opened = try OpenStore(path: "/data", storage: storage, segmentBytes: 64 * 1024) { _ in failures.add() }
        let made = try await opened.store.createKey(create(), context)
        storage.fail(operation: storage.operations + 1, code: 5)
        for _ in 0..<3 {
            let refused = await #expect(throws: Refusal.self) {
                try await opened.store.revokeKey(RevokeKeyRequest(keyID: "\(made.key.id)"), context)
            }
            #expect(refused?.reason == .storeFailed)
            #expect(refused?.code == .unavailable)
        }
        #expect(failures.value == 1)
        #expect(opened.store.index.find(made.key.id)?.key.standing.revokeTime == nil)
        opened.stop()
    }

    @Test("storage rule 3: when the disk is full a key is refused with DISK_FULL, and revoking still works")
    func diskFull() async throws {
        let storage = SimulatedStorage(capacity: 400 * 1024)
        let opened = try OpenStore(path: "/data", storage: storage, segmentBytes: 64 * 1024) { _ in }
        let store = opened.store
        _ = try await store.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0), context)
        var keys: [KeyID] = []
        var reason: Reason?
        while reason == nil {
            do throws(Refusal) {
                keys.append(try await store.createKey(create(), context).key.id)
            } catch {
                reason = error.reason
            }
        }
        #expect(reason == .diskFull)
        #expect(keys.count > 500)
        for id in keys.prefix(20) { _ = try await store.revokeKey(RevokeKeyRequest(keyID: "\(id)"), context) }
        for id in keys.prefix(20) { #expect(store.index.find(id)?.key.standing.revokeTime != nil) }
        opened.stop()
        let again = try OpenStore(path: "/data", storage: storage.restartedWithSpace(), segmentBytes: 64 * 1024) { _ in
        }
        for id in keys.prefix(20) { #expect(again.store.index.find(id)?.key.standing.revokeTime != nil) }
        #expect(again.store.index.count == keys.count)
        again.stop()
    }

    @Test("a call whose deadline has passed is dropped before it changes anything")
    func deadline() async throws {
        let clock = ManualClock()
        let opened = try OpenStore(path: "/data", storage: SimulatedStorage(), clock: clock, segmentBytes: 64 * 1024) {
            _ in
        }
        let late = CallContext(caller: "", peer: "", deadline: clock.timeSinceBoot(), authority: .administrator)
        let refused = await #expect(throws: Refusal.self) { try await opened.store.createKey(create(), late) }
        #expect(refused?.code == .deadlineExceeded)
        #expect(opened.store.index.count == 0)
        opened.stop()
    }
}

extension SimulatedStorage {
    fileprivate func restartedWithSpace() -> SimulatedStorage {
        let storage = restarted()
        storage.capacity = nil
        return storage
    }
}
