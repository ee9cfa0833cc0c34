// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// Snapshots through the actor, as the service takes them.
@Suite struct SnapshotKeeperTests {
    private let context = CallContext(caller: "test", peer: "", deadline: nil, authority: .administrator)
    private static let segmentBytes = 32 * 1024

    private func open(_ storage: any Storage) throws -> OpenStore {
        try OpenStore(
            path: "/data", storage: storage, clock: ManualClock(), segmentBytes: Self.segmentBytes
        ) { Issue.record("\($0)") }
    }

    private func make(_ count: Int, in opened: OpenStore) async throws -> [KeyID] {
        _ = try await opened.store.updateAccount(
            UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0), context)
        var ids: [KeyID] = []
        for number in 0..<count {
            let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "n\(number)", unrestricted: true)
            ids.append(try await opened.store.createKey(request, context).key.id)
        }
        return ids
    }

    @Test("storage rule 7: what is in a snapshot, counters included, is there after a start that reads nothing else")
    func roundTrip() async throws {
        let storage = SimulatedStorage()
        let first = try open(storage)
        let ids = try await make(600, in: first)
        _ = try await first.store.revokeKey(RevokeKeyRequest(keyID: "\(ids[7])"), context)
        let used = try #require(first.store.index.find(ids[9]))
        for second in 1...3 {
            used.counters.countUse(at: ManualClock().wallTime().advanced(by: .seconds(Int64(second))))
        }
        let header = try await first.snapshots.take()
        #expect(header.keys == 600)
        #expect(header.accounts == 1)
        #expect(header.beginSequence == first.store.revision)
        first.stop()

        let second = try open(storage.restarted())
        #expect(second.report.snapshot == header)
        #expect(second.report.records < 600)
        #expect(second.store.index.count == 600)
        #expect(second.store.revision == header.endSequence)
        #expect(second.store.index.find(ids[7])?.key.standing.revokeTime != nil)
        let found = try #require(second.store.index.find(ids[9]))
        #expect(found.counters.count == 3)
        #expect(found.counters.lastUseTime == used.counters.lastUseTime)
        let account = try await second.store.getAccount(GetAccountRequest(accountID: "acme"), context).account
        #expect(account.settings.maxActiveKeys == 0)
        #expect(account.activeKeys == 599)
        second.stop()
    }

    @Test("storage rules 7, 8: with two snapshots the older journal is history, and none of it is lost")
    func history() async throws {
        let storage = SimulatedStorage()
        let opened = try open(storage)
        for _ in 0..<3 {
            _ = try await make(200, in: opened)
            _ = try await opened.snapshots.take()
        }
        let snapshots = try storage.list("/data/snapshots")
        #expect(snapshots.count == 2)
        let moved = try storage.list("/data/history")
        let left = try storage.list("/data/journal").filter { $0.hasSuffix(".lkj") }
        #expect(moved.count > 2)
        // Every segment is in one of the two, and in one alone.
        let all = (moved + left).sorted()
        #expect(all == Set(all).sorted())
        #expect(all.first == "0000000000000001.lkj")
        #expect(all.last.flatMap { UInt64($0.dropLast(4), radix: 16) } == UInt64(all.count))
        opened.stop()
        let again = try open(storage.restarted())
        #expect(again.store.index.count == 600)
        #expect(again.report.segments <= left.count)
        again.stop()
    }

    @Test("storage rules 6, 7, 8: a damaged snapshot is told and done without, two with history, else it is refused")
    func fallback() async throws {
        let storage = SimulatedStorage()
        let opened = try open(storage)
        for _ in 0..<3 {
            _ = try await make(60, in: opened)
            _ = try await opened.snapshots.take()
        }
        opened.stop()
        let damaged = storage.restarted()
        let names = try storage.list("/data/snapshots")
        damaged.damage("/data/snapshots/\(names[1])") { $0[700] ^= 4 }
        let again = try open(damaged)
        #expect(again.store.index.count == 180)
        #expect(again.report.damagedSnapshots.count == 1)
        #expect("\(again.report.damagedSnapshots)".contains(names[1]))
        again.stop()
        damaged.damage("/data/snapshots/\(names[0])") { $0[700] ^= 4 }
        let third = try open(damaged.restarted())
        #expect(third.store.index.count == 180)
        #expect(third.report.damagedSnapshots.count == 2)
        #expect(third.report.snapshot == nil)
        third.stop()
        let bare = damaged.restarted()
        for name in names { try bare.remove("/data/snapshots/\(name)") }
        let fourth = try open(bare)
        #expect(fourth.store.index.count == 180)
        fourth.stop()
        try damaged.remove("/data/history/0000000000000001.lkj")
        #expect {
            _ = try open(damaged.restarted())
        } throws: { error in
            guard case JournalError.corrupt(let file, let offset, _, let advice) = error else { return false }
            return file.hasSuffix(names[1]) && offset == 192 && advice.contains("--salvage")
        }
    }

    @Test("storage rule 7: changes while a snapshot is written are in it or in the journal after it, none is lost")
    func fuzzy() async throws {
        let storage = SimulatedStorage()
        let opened = try open(storage)
        let ids = try await make(1_500, in: opened)
        async let header = opened.snapshots.take()
        for number in stride(from: 0, to: ids.count, by: 50) {
            _ = try await opened.store.revokeKey(RevokeKeyRequest(keyID: "\(ids[number])"), context)
        }
        let written = try await header
        let revision = opened.store.revision
        #expect(written.endSequence <= revision)
        opened.stop()
        let again = try open(storage.restarted())
        #expect(again.report.snapshot == written)
        #expect(again.store.revision == revision)
        for (number, id) in ids.enumerated() {
            let isRevoked = again.store.index.find(id)?.key.standing.revokeTime != nil
            #expect(isRevoked == (number % 50 == 0))
        }
        again.stop()
    }

    @Test("who asks while a snapshot is written gets the next, all of them the same one")
    func joined() async throws {
        let storage = SimulatedStorage()
        let opened = try open(storage)
        _ = try await make(20, in: opened)
        let headers = try await withThrowingTaskGroup(of: SnapshotHeader.self) { group in
            for _ in 0..<10 { group.addTask { try await opened.snapshots.take() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(headers.map(\.endSequence)).count == 1)
        #expect(try storage.list("/data/snapshots").count == 1)
        opened.stop()
    }

    @Test(
        "storage rule 7: an error while a snapshot is written costs the snapshot, never the store", arguments: [0, 1])
    func failures(before taken: Int) async throws {
        func begin() async throws -> (SimulatedStorage, OpenStore) {
            let storage = SimulatedStorage()
            let opened = try open(storage)
            for _ in 0...taken {
                if opened.store.revision > 0 { _ = try await opened.snapshots.take() }
                _ = try await make(40, in: opened)
            }
            // After the mark nothing else is written.
            try opened.store.journal.mark()
            return (storage, opened)
        }
        let (whole, opened) = try await begin()
        let before = whole.operations
        _ = try await opened.snapshots.take()
        let steps = whole.operations - before
        opened.stop()
        #expect(steps >= (taken == 0 ? 6 : 8))
        for step in 1...steps {
            let (storage, opened) = try await begin()
            storage.fail(operation: storage.operations + step, code: step % 2 == 0 ? 5 : 28)
            _ = try? await opened.snapshots.take()
            _ = try await make(1, in: opened)
            let header = try await opened.snapshots.take()
            #expect(header.keys == 40 * (taken + 1) + 1)
            opened.stop()
            let again = try open(storage.restarted())
            #expect(again.store.index.count == 40 * (taken + 1) + 1)
            again.stop()
        }
    }

    @Test("storage rule 3: a snapshot is not begun when it would take the journal's room")
    func space() async throws {
        let storage = SimulatedStorage()
        let opened = try OpenStore(path: "/data", storage: storage, segmentBytes: Self.segmentBytes) { _ in }
        _ = try await make(5, in: opened)
        storage.capacity = storage.usedBytes + 100_000
        let failure = await #expect(throws: SnapshotFailure.self) { try await opened.snapshots.take() }
        #expect(failure?.isOutOfSpace == true)
        #expect(try storage.list("/data/snapshots") == [])
        storage.capacity = nil
        _ = try await opened.snapshots.take()
        opened.stop()
    }
}
