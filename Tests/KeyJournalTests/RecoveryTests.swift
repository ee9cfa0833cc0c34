// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct RecoveryTests {
    @Test("storage rule 6: what was not known durable is in a new segment, synced, before recovery returns")
    func liveTail() throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...6, perCommit: 2)
        let killed = storage.restarted()
        let opened = try Opened(killed)
        #expect(opened.report.rewritten == 2)
        #expect(opened.seen == written)
        // Whatever the power cut takes now, they are there.
        for seed in 0..<20 as Range<UInt64> {
            let found = try Opened(killed.crashed(seed: seed))
            #expect(found.seen == written)
            #expect(found.report.torn == nil)
        }
        // And the segment they came from holds only what is still its own.
        let old = try #require(killed.contents(segmentPath(2)))
        let new = try #require(killed.contents(segmentPath(3)))
        #expect(recordOffsets(old).count == 4)
        #expect(recordOffsets(old).last.map { $0 + 72 <= old.count } == true)
        #expect(recordOffsets(new).count == 2)
    }

    @Test("a superseded tail is ignored, even when damaged")
    func supersededTail() throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...6, perCommit: 2)
        let killed = storage.restarted()
        let before = try #require(killed.contents(segmentPath(2)))
        let opened = try Opened(killed)
        let more = try opened.write(7...9)
        // As if the power had gone before the old segment was cut.
        let offsets = recordOffsets(before)
        killed.damage(segmentPath(2)) { $0 = before }
        #expect(try Opened(killed.restarted()).seen == written + more)
        killed.damage(segmentPath(2)) { bytes in
            for index in offsets[4]..<bytes.count { bytes[index] = 0xa5 }
        }
        #expect(try Opened(killed.restarted()).seen == written + more)
        killed.damage(segmentPath(2)) { $0[offsets[3] + 60] ^= 1 }
        let found = corruption { () throws(JournalError) in _ = try Opened(killed.restarted()) }
        #expect(found?.offset == UInt64(offsets[3]))
    }

    @Test("the rewritten tail is known to be durable: damage to it later is corruption")
    func rewrittenTailIsDurable() throws {
        let storage = SimulatedStorage()
        try Opened(storage).write(1...4, perCommit: 2)
        let killed = storage.restarted()
        _ = try Opened(killed)
        let again = killed.restarted()
        let bytes = try #require(again.contents(segmentPath(3)))
        let offset = try #require(recordOffsets(bytes).last)
        again.damage(segmentPath(3)) { $0[offset + 60] ^= 1 }
        #expect(corruption { () throws(JournalError) in _ = try Opened(again) }?.file == segmentPath(3))
    }

    @Test("recovery that fails or loses power at any step can be repeated", arguments: 0..<6 as Range<UInt64>)
    func repeated(seed: UInt64) throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...7, perCommit: 3)
        var damaged = storage.restarted()
        let bytes = try #require(damaged.contents(segmentPath(2)))
        let offset = try #require(recordOffsets(bytes).last)
        damaged.damage(segmentPath(2)) { $0[offset + 60] ^= 1 }
        for operation in 1...40 {
            damaged = damaged.restarted()
            damaged.cutPower(duringOperation: operation)
            let isDone = (try? Opened(damaged)) != nil
            damaged = damaged.crashed(seed: seed &* 1_000 + UInt64(operation))
            if isDone { break }
        }
        #expect(try Opened(damaged).seen == Array(written.dropLast()))
        let saved = try damaged.list("/data/journal").filter { $0.hasPrefix("torn-") }
        #expect(!saved.isEmpty)
    }

    /// A million simulated crashes found that the name of a segment, which a killed start had not made durable, could be
    /// lost in a power cut that kept the next one's.
    @Test("storage rules 6, 10: a start killed at any step, and the next one losing power at any, lose nothing")
    func killedThenCut() throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...7, perCommit: 3)
        for first in 1...22 {
            let killed = storage.restarted()
            killed.cutPower(duringOperation: first)
            _ = try? Opened(killed)
            for second in 1...22 {
                let cut = killed.restarted()
                cut.cutPower(duringOperation: second)
                _ = try? Opened(cut)
                for seed in 0..<4 as Range<UInt64> {
                    let found = cut.crashed(seed: seed &* 1_000 + UInt64(first * 22 + second))
                    let seen = (try? Opened(found))?.seen
                    #expect(seen == written, "killed at \(first), cut at \(second)")
                }
            }
        }
    }

    @Test("a disk too full for a new segment refuses to start and says so; space lets it start")
    func diskFull() throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...3)
        let full = storage.restarted()
        try full.remove("/data/journal/spare.tmp")
        full.capacity = full.usedBytes + 100
        #expect(reason { () throws(JournalError) in _ = try Opened(full) } == .diskFull)
        full.capacity = nil
        #expect(try Opened(full.restarted()).seen == written)
    }
}
