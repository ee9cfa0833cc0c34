// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct InspectionTests {
    @Test("B12: a whole store is verified from its oldest segment on, with its anchor and its head")
    func whole() throws {
        let store = try InspectedStore()
        let found = try verification(store.storage)
        #expect(found.isWhole && found.startError == nil && found.torn == nil && !found.isHeadHalf)
        #expect(found.records == UInt64(store.written.count))
        #expect(found.anchor?.segment == 1 && found.anchor?.firstSequence == 1)
        #expect(found.snapshots.map(\.endSequence) == [30, 20])
        #expect(found.snapshots.allSatisfy { $0.problem == nil })
        // Nothing says yet that the last commit is on disk: a start may write it again.
        #expect(found.head?.sequence == 42)
        #expect(found.historySegments >= 2 && found.journalSegments >= 3)
    }

    @Test("storage rule 6: verify writes, syncs and makes nothing, whole or damaged")
    func changesNothing() throws {
        let store = try InspectedStore()
        for path in [nil] + store.paths.map(Optional.init) {
            let damaged = store.damaged { storage in path.map { storage.damage($0) { $0[$0.count / 3] ^= 4 } } }
            let before = try contents(damaged)
            let inspection = try? StoreInspection.open(Opened.path, storage: damaged)
            _ = try inspection?.verify(Gathered())
            _ = try inspection?.salvage(into: Gathered())
            _ = try? inspection?.readJournal(history: true) { _ in true }
            #expect(damaged.operations == 0)
            #expect(try contents(damaged) == before)
        }
    }

    @Test("B12: damage in every kind of file is found, with its file and offset")
    func damageIsNamed() throws {
        let store = try InspectedStore()
        for path in store.paths where path != "/data/STORE" && path != "/data/HEAD" {
            // Of a segment the first record, if there is one, of a snapshot the first chunk.
            let size = try #require(store.storage.contents(path)?.count)
            let start = path.hasSuffix(".lks") ? 192 : size > 128 ? 128 : 0
            let damaged = store.damaged { $0.damage(path) { $0[start + 60] ^= 0x20 } }
            let found = try verification(damaged)
            let isThere = found.damage.contains { error in
                if case .corrupt(path, UInt64(start), _, _) = error { true } else { false }
            }
            #expect(isThere, "\(path): \(found.damage)")
        }
        let slots = store.damaged { $0.damage("/data/HEAD") { ($0[50], $0[4_146]) = ($0[50] ^ 1, $0[4_146] ^ 1) } }
        #expect(try verification(slots).damage.first?.description.hasPrefix("/data/HEAD") == true)
        let half = try verification(store.damaged { $0.damage("/data/HEAD") { $0[50] ^= 1 } })
        #expect(half.isHeadHalf && half.isWhole)
        let identity = store.damaged { $0.damage("/data/STORE") { $0[20] ^= 1 } }
        #expect(
            reason { () throws(JournalError) in _ = try StoreInspection.open("/data", storage: identity) }
                == .storeDamaged)
    }

    @Test("storage rule 6: what verify says of a start is what the start says", arguments: 0..<160 as Range<UInt64>)
    func verdict(seed: UInt64) throws {
        let store = try InspectedStore()
        var random = SplitMix64(seed: seed)
        let damaged = try store.damaged { storage in
            for _ in 0...(seed % 3) {
                let path = try #require(store.paths.randomElement(using: &random))
                guard let size = storage.contents(path)?.count, size > 0 else { continue }
                switch random.next() % 4 {
                case 0: try storage.remove(path)
                case 1: storage.damage(path) { $0.removeLast(Int(random.next() % UInt64(size)) + 1) }
                default: storage.damage(path) { $0[Int(random.next() % UInt64(size))] ^= 1 << UInt8(seed % 8) }
                }
            }
        }
        let start = startError(damaged)
        do throws(JournalError) {
            let found = try verification(damaged)
            #expect(found.startError?.description == start)
            // A start that refuses has found something; what only verify reads is found beyond that.
            #expect(start == nil || !found.isWhole)
            if start == nil {
                let opened = try Opened(damaged.restarted(), segmentBytes: InspectedStore.segmentBytes)
                #expect(opened.report.torn == found.torn)
                #expect(opened.report.isHeadHalf == found.isHeadHalf)
            }
        } catch {
            // There is no store to look into.
            #expect(error.description == start || error.description.hasPrefix("/data/STORE: the file is missing"))
        }
    }

    @Test("B12: history that a start does not read is verified, and a hole in it is named")
    func history() throws {
        let store = try InspectedStore()
        let hole = try store.damaged { try $0.remove("/data/history/0000000000000002.lkj") }
        let found = try verification(hole)
        #expect(found.startError == nil && !found.isWhole)
        #expect(found.damage.first?.description.contains("0000000000000002.lkj") == true)
        // What went with its time is no damage: the anchor says where history begins.
        let shorter = try store.damaged { try $0.remove("/data/history/0000000000000001.lkj") }
        let rest = try verification(shorter)
        #expect(rest.isWhole)
        #expect(rest.anchor?.segment == 2)
    }

    @Test("a store in use is read beside its process, and said to be in use")
    func inUse() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        for sequence in 1...40 as ClosedRange<UInt64> {
            try opened.write(sequence...sequence)
            let inspection = try StoreInspection.open(Opened.path, storage: storage)
            #expect(inspection.isInUse)
            let found = try inspection.verify(Gathered())
            #expect(found.isWhole && found.records == sequence)
        }
        // The lock is still its own, and free when it is done.
        #expect(reason { () throws(JournalError) in _ = try Opened(storage) } == .locked)
        let atRest = try StoreInspection.open(Opened.path, storage: storage.restarted())
        #expect(!atRest.isInUse)
    }

    @Test("a store that is written during a reading is not taken for damaged", arguments: 1...6 as ClosedRange<UInt64>)
    func race(count: UInt64) throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 2_048)
        try opened.write(1...count)
        let racing = RacingStorage(storage) {
            // What the second half shows knows what the first half did not show to be on disk.
            do { try opened.write((count + 1)...12) } catch { Issue.record("\(error)") }
        }
        let found = try StoreInspection.open(Opened.path, storage: racing).verify(Gathered())
        #expect(found.isWhole && found.startError == nil, "\(found.damage)")
        #expect(found.records == 12)
        #expect(opened.writer.nextSequence == 13 && opened.writer.currentSegment == 2)
    }

    @Test("a directory that is no store, and a wrong key, are refused by name")
    func refusals() throws {
        let storage = SimulatedStorage()
        func refusal(_ path: String) -> StartRefusal.Reason? {
            reason { () throws(JournalError) in _ = try StoreInspection.open(path, storage: storage) }
        }
        #expect(refusal("/data") == .notADirectory)
        try storage.createDirectory("/data", mode: 0o700)
        #expect(refusal("/data") == .storeMissing)
        #expect(try storage.list("/data").isEmpty)
        let store = try InspectedStore()
        store.storage.damage("/data.key") { $0[3] ^= 1 }
        #expect(
            reason { () throws(JournalError) in _ = try StoreInspection.open("/data", storage: store.storage) }
                == .keyWrong)
    }

    @Test("B12: records come in order, from history or the journal, and end when it is enough")
    func reading() throws {
        let store = try InspectedStore()
        let inspection = try StoreInspection.open(Opened.path, storage: store.storage)
        func sequences(history: Bool, after: UInt64 = 0, limit: Int = .max) throws -> [UInt64] {
            var found: [UInt64] = []
            _ = try inspection.readJournal(history: history, after: after) { record in
                if record.type != .mark { found.append(record.sequence) }
                return found.count < limit
            }
            return found
        }
        #expect(try sequences(history: true) == Array(1...44))
        #expect(try sequences(history: true, limit: 3) == [1, 2, 3])
        let journal = try sequences(history: false)
        #expect(journal.last == 44 && journal.count < 40)
        let after = try sequences(history: true, after: 30)
        #expect(after.contains(31) && after.count < 30 && after.last == 44)
        var revisions: [UInt64] = []
        _ = try inspection.readSnapshot(20) { entry in
            revisions.append(entry.revision)
            return revisions.count < 5
        }
        #expect(revisions == [1, 2, 3, 4, 5])
    }

    @Test("B12: a head that was published is in the chain after any power cut", arguments: 0..<40 as Range<UInt64>)
    func publishedHead(seed: UInt64) throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 1_280)
        try opened.write(1...(7 + seed % 9), perCommit: 2)
        if seed % 2 == 0 { try opened.writer.mark() }
        try opened.writer.append(try sampleEntry(8 + seed % 9))
        try opened.writer.commit(syncing: false)
        let crashed = storage.crashed(seed: seed)
        let head = try #require(try verification(crashed).head)
        #expect(JournalTag("\(head.tag)") == head.tag)
        let started = try Opened(crashed, segmentBytes: 1_280)
        let next = started.writer.nextSequence
        try started.write(next...(next + 1))
        var tag: JournalTag?
        let inspection = try StoreInspection.open(Opened.path, storage: crashed.restarted())
        _ = try inspection.readJournal(history: true) { record in
            if record.sequence == head.sequence, record.type != .mark { tag = record.tag }
            return true
        }
        #expect(head.sequence == 0 || tag == head.tag)
    }

    private func contents(_ storage: SimulatedStorage) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for folder in ["/data", "/data/journal", "/data/history", "/data/snapshots"] {
            for name in try storage.list(folder) { found[folder + "/" + name] = storage.contents(folder + "/" + name) }
        }
        return found
    }
}
