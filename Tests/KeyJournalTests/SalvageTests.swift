// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct SalvageTests {
    private func salvage(_ storage: SimulatedStorage) throws -> (Gathered, SalvageReport) {
        let found = try StoreInspection.open(Opened.path, storage: storage).salvage(into: Gathered())
        return (found.target, found.report)
    }

    /// A store without snapshots: four segments at least.
    private func journal() throws -> (storage: SimulatedStorage, written: [Seen]) {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 1_280)
        let written = try opened.write(1...28, perCommit: 2)
        try opened.writer.mark()
        return (storage.restarted(), written)
    }

    @Test("storage rule 6: a salvage of a whole store loses nothing")
    func whole() throws {
        let store = try InspectedStore()
        let (target, report) = try salvage(store.storage)
        #expect(report.findings.isEmpty && report.missing.isEmpty)
        #expect(report.snapshot?.endSequence == 30)
        #expect(target.loaded.count == 30)
        #expect(target.replayed == Array(store.written.dropFirst(30)))
        #expect(report.lastSequence == 44)
    }

    @Test("storage rule 6: a salvage keeps everything but the records that are damaged, and names their sequences")
    func holes() throws {
        let (storage, written) = try journal()
        let bytes = try #require(storage.contents(segmentPath(2)))
        for (index, offset) in recordOffsets(bytes).enumerated() {
            let damaged = storage.restarted()
            damaged.damage(segmentPath(2)) { $0[offset + 60] ^= 8 }
            let (target, report) = try salvage(damaged)
            let lost = UInt64(index + 1)
            #expect(target.replayed == written.filter { $0.sequence != lost })
            #expect(report.missing == [lost...lost])
            #expect(report.findings.map(\.offset) == [UInt64(offset)])
            #expect(report.findings.map(\.file) == [segmentPath(2)])
        }
    }

    @Test("storage rule 6: a segment that is gone, and a head that knew more, are told by their sequences")
    func gone() throws {
        let (storage, written) = try journal()
        let third = try #require(storage.contents(segmentPath(3)))
        let begin = third[40..<48].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        let fourth = try #require(storage.contents(segmentPath(4)))
        let end = fourth[40..<48].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        let without = storage.restarted()
        try without.remove(segmentPath(3))
        let (target, report) = try salvage(without)
        #expect(report.missing == [begin...(end - 1)])
        #expect(target.replayed == written.filter { !(begin..<end).contains($0.sequence) })
        #expect(report.findings.map(\.file) == [segmentPath(3)])
        // With a header that is damaged, the records are still there.
        let headless = storage.restarted()
        headless.damage(segmentPath(3)) { $0[40] ^= 1 }
        #expect(try salvage(headless).0.replayed == written)
        #expect(try salvage(headless).1.missing.isEmpty)
        // The last records are cut away: `HEAD` knows them.
        let cut = storage.restarted()
        let last = try #require(storage.list("/data/journal").filter { $0.hasSuffix(".lkj") }.last)
        cut.damage("/data/journal/" + last) { $0.removeLast($0.count - 128) }
        let (_, short) = try salvage(cut)
        #expect(short.missing.last?.upperBound == 28)
        #expect(short.lastSequence == 28)
    }

    @Test("storage rule 6: what a start has superseded does not come back", arguments: 0..<60 as Range<UInt64>)
    func superseded(seed: UInt64) throws {
        var storage = SimulatedStorage()
        var kept: [Seen] = []
        for round in 0..<3 as Range<UInt64> {
            let opened = try Opened(storage, segmentBytes: 1_280)
            kept = opened.seen
            let next = UInt64(kept.count) + 1
            kept += try opened.write(next...(next + 5), perCommit: 2)
            try opened.writer.append(try sampleEntry(next + 6, bodyBytes: Int(round * 40)))
            try opened.writer.commit(syncing: false)
            storage = storage.crashed(seed: seed &* 3 &+ round)
        }
        let opened = try Opened(storage, segmentBytes: 1_280)
        let (target, report) = try salvage(storage.restarted())
        #expect(target.replayed == opened.seen)
        #expect(report.missing.isEmpty)
    }

    @Test("a salvaged directory is a store with the same id, key and sequences, and nothing is lost twice")
    func directory() throws {
        let store = try InspectedStore()
        let damaged = store.damaged { storage in
            for path in store.paths where path.hasSuffix(".lks") { storage.damage(path) { $0[300] ^= 1 } }
            storage.damage("/data/history/0000000000000002.lkj") { $0[200] ^= 1 }
        }
        let source = try StoreInspection.open(Opened.path, storage: damaged)
        let (target, report) = try source.salvage(into: Gathered())
        #expect(report.missing.count == 1 && target.loaded.isEmpty)
        let directory = try SalvagedDirectory.make("/out", from: source, report)
        let beginning = SnapshotBeginning(
            sequence: report.lastSequence, segment: directory.segment, time: report.lastTime)
        try directory.fill(beginning: beginning) { writer throws(StorageError) in
            for seen in target.replayed {
                try seen.body.withRawBytes { body throws(StorageError) in
                    try writer.append(SnapshotEntry(type: seen.type, revision: seen.sequence, body: body))
                }
            }
        }
        let opened = try Opened(damaged, path: "/out", segmentBytes: 1_280)
        #expect(opened.directory.storeID == source.storeID)
        #expect(opened.loaded.map(\.revision) == target.replayed.map(\.sequence))
        #expect(opened.seen.isEmpty)
        #expect(opened.writer.nextSequence == 45)
        let more = try opened.write(45...60, perCommit: 2)
        let again = damaged.restarted()
        #expect(try Opened(again, path: "/out", segmentBytes: 1_280).seen == more)
        #expect(try StoreInspection.open("/out", storage: again.restarted()).verify(Gathered()).isWhole)
        // Neither a directory with something in it nor another store's key is written over.
        #expect(
            reason { () throws(JournalError) in _ = try SalvagedDirectory.make("/out", from: source, report) }
                == .notEmpty)
        again.damage("/out.key") { $0[0] ^= 1 }
        let second = try StoreInspection.open(Opened.path, storage: again)
        try again.rename("/out.key", to: "/other.key")
        #expect(
            reason { () throws(JournalError) in _ = try SalvagedDirectory.make("/other", from: second, report) }
                == .keyWrong)
    }

    @Test("a salvage of any noise does not trap", arguments: 0..<40 as Range<UInt64>)
    func noise(seed: UInt64) throws {
        let store = try InspectedStore()
        var random = SplitMix64(seed: seed)
        let damaged = store.damaged { storage in
            for path in store.paths where path != "/data/STORE" && random.next() % 2 == 0 {
                storage.damage(path) { bytes in
                    for index in bytes.indices where random.next() % 20 == 0 {
                        bytes[index] = UInt8(truncatingIfNeeded: random.next() >> 40)
                    }
                }
            }
        }
        let (target, report) = try salvage(damaged)
        let known = Dictionary(uniqueKeysWithValues: store.written.map { ($0.sequence, $0) })
        #expect(target.replayed.allSatisfy { known[$0.sequence] == $0 })
        // What is neither there nor in the snapshot is said to be missing.
        let begin = report.snapshot?.beginSequence ?? 0
        let taken = Set(target.replayed.map(\.sequence))
        for sequence in (begin + 1)..<(report.lastSequence + 1) where !taken.contains(sequence) {
            #expect(report.missing.contains { $0.contains(sequence) })
        }
    }
}
