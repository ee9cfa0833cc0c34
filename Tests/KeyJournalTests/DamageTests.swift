// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct DamageTests {
    /// Three segments with records: 2 and 3 are sealed, 4 is the last. Every commit has two records.
    private func journal() throws -> (storage: SimulatedStorage, written: [Seen], lastSegment: Int) {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 1_280)
        let written = try opened.write(1...28, perCommit: 2)
        let segments = try #require(Int(exactly: storage.list("/data/journal").filter { $0.hasSuffix(".lkj") }.count))
        try #require(segments >= 4)
        return (storage.restarted(), written, segments)
    }

    /// The rule for every damage: refused, or a beginning of what was written. Unless everything to the end is lost
    /// with it (`isToEnd`), that has all that was known durable, and what was cut is reported.
    private func check(
        _ storage: SimulatedStorage, _ written: [Seen], isToEnd: Bool, _ what: @autoclosure () -> String
    ) {
        do throws(JournalError) {
            let opened = try Opened(storage, segmentBytes: 1_280)
            let isPrefix = opened.seen == Array(written.prefix(opened.seen.count))
            // The last commit had two records, and nothing after it says that they are durable.
            let hasDurable = isToEnd || opened.seen.count >= written.count - 2
            let isTold = opened.report.torn != nil || opened.seen.count == written.count || isToEnd
            if !isPrefix || !hasDurable || !isTold { Issue.record("\(what()): \(opened.seen.count) records") }
        } catch {
            switch error {
            case .corrupt, .refused: break
            case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto:
                Issue.record("\(what()): \(error)")
            }
        }
    }

    @Test("B12, storage rule 6: no flipped byte of a journal gives a wrong record or a trap")
    func flips() async throws {
        let (storage, written, segments) = try journal()
        for segment in 1...segments {
            let path = segmentPath(segment)
            for offset in try #require(storage.contents(path)).indices {
                let damaged = storage.restarted()
                damaged.damage(path) { $0[offset] ^= 1 << UInt8(offset % 8) }
                check(damaged, written, isToEnd: false, "segment \(segment), byte \(offset)")
                if offset % 64 == 0 { await Task.yield() }
            }
        }
    }

    @Test("B12, storage rule 6: no cut of a journal gives a wrong record or a trap")
    func cuts() async throws {
        let (storage, written, segments) = try journal()
        for segment in 1...segments {
            let path = segmentPath(segment)
            for length in try #require(storage.contents(path)).indices {
                let damaged = storage.restarted()
                damaged.damage(path) { $0.removeLast($0.count - length) }
                check(damaged, written, isToEnd: segment == segments, "segment \(segment) cut to \(length)")
                if length % 64 == 0 { await Task.yield() }
            }
        }
    }

    @Test("storage rule 6: a flip in a sealed segment, or below a later durable_seq, is corruption, with its place")
    func corruptionIsNamed() throws {
        let (storage, _, segments) = try journal()
        for segment in 2...segments {
            let bytes = try #require(storage.contents(segmentPath(segment)))
            let offsets = recordOffsets(bytes)
            // In the last segment the last commit (two records) may be torn.
            for offset in segment == segments ? offsets.dropLast(2) : offsets[...] {
                let damaged = storage.restarted()
                damaged.damage(segmentPath(segment)) { $0[offset + 60] ^= 0x10 }
                let found = corruption { () throws(JournalError) in _ = try Opened(damaged, segmentBytes: 1_280) }
                #expect(found?.file == segmentPath(segment))
                #expect(found?.offset == UInt64(offset))
                #expect(damaged.contents(segmentPath(segment + 1)) == storage.contents(segmentPath(segment + 1)))
            }
        }
    }

    @Test("storage rule 6: a torn tail is cut, saved and reported")
    func tornTail() throws {
        let storage = SimulatedStorage()
        let written = try Opened(storage).write(1...5)
        let bytes = try #require(storage.contents(segmentPath(2)))
        let offset = try #require(recordOffsets(bytes).last)
        let damaged = storage.restarted()
        damaged.damage(segmentPath(2)) { $0[offset + 70] ^= 1 }
        let opened = try Opened(damaged)
        #expect(opened.seen == Array(written.dropLast()))
        let torn = try #require(opened.report.torn)
        #expect(torn.file == segmentPath(2))
        #expect(torn.offset == UInt64(offset))
        #expect(torn.firstSequence == 5)
        let saved = try #require(damaged.contents(torn.savedAs))
        #expect(saved.count == torn.byteCount)
        #expect(saved.prefix(70).elementsEqual(bytes[offset..<(offset + 70)]))
        let more = try opened.write(5...8)
        #expect(try Opened(damaged.restarted()).seen == Array(written.dropLast()) + more)
    }

    @Test("storage rules 5, 6: what HEAD knows to be on disk is never taken for torn")
    func knownDurable() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        try opened.write(1...5)
        try opened.writer.mark()
        let bytes = try #require(storage.contents(segmentPath(2)))
        // The last is the mark, which `HEAD` makes up for.
        let offset = try #require(recordOffsets(bytes).dropLast().last)
        for change in [{ $0[offset + 70] ^= 1 }, { $0.removeLast($0.count - offset) }] as [(inout [UInt8]) -> Void] {
            let damaged = storage.restarted()
            damaged.damage(segmentPath(2), change)
            let found = corruption { () throws(JournalError) in _ = try Opened(damaged) }
            #expect(found?.offset == UInt64(offset))
        }
    }

    @Test("storage rule 4: a record transplanted to another offset or from another segment is refused")
    func transplant() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        for sequence in 1...60 as ClosedRange<UInt64> {
            try opened.writer.append(sampleEntry(sequence, bodyBytes: 40))
            try opened.writer.commit()
        }
        let second = try #require(storage.contents(segmentPath(2)))
        let third = try #require(storage.contents(segmentPath(3)))
        let offsets = recordOffsets(second)
        let length = offsets[1] - offsets[0]
        try #require(recordOffsets(third).first == offsets[0])
        let changes: [(inout [UInt8]) -> Void] = [
            { $0.replaceSubrange(128..<(128 + length), with: third[128..<(128 + length)]) },
            { bytes in bytes.replaceSubrange(offsets[1]..<(offsets[1] + length), with: second[128..<(128 + length)]) },
        ]
        for change in changes {
            let damaged = storage.restarted()
            damaged.damage(segmentPath(2), change)
            #expect(corruption { () throws(JournalError) in _ = try Opened(damaged) }?.file == segmentPath(2))
        }
    }

    @Test("a segment that is missing, foreign, renamed, of a newer format or too long is named")
    func segments() throws {
        let (storage, _, segments) = try journal()
        let foreign = SimulatedStorage()
        try Opened(foreign, segmentBytes: 1_280).write(1...28, perCommit: 2)
        let foreignBytes = try #require(foreign.contents(segmentPath(2)))
        let thirdBytes = try #require(storage.contents(segmentPath(3)))
        func found(_ change: (SimulatedStorage) throws -> Void) rethrows -> SimulatedStorage {
            let damaged = storage.restarted()
            try change(damaged)
            return damaged
        }
        for number in 1..<segments {
            let damaged = try found { try $0.remove(segmentPath(number)) }
            #expect(corruption { () throws(JournalError) in _ = try Opened(damaged) }?.file == segmentPath(number))
        }
        let renamed = found { $0.damage(segmentPath(2)) { $0 = thirdBytes } }
        #expect(corruption { () throws(JournalError) in _ = try Opened(renamed) }?.file == segmentPath(2))
        let other = found { $0.damage(segmentPath(2)) { $0 = foreignBytes } }
        #expect(reason { () throws(JournalError) in _ = try Opened(other) } == .wrongStore)
        let newer = found { $0.damage(segmentPath(2)) { $0[8] = 2 } }
        #expect(reason { () throws(JournalError) in _ = try Opened(newer) } == .newerFormat)
        let empty = try found { for number in 1...segments { try $0.remove(segmentPath(number)) } }
        #expect(corruption { () throws(JournalError) in _ = try Opened(empty) } != nil)
        let long = found { $0.damage(segmentPath(2)) { $0 += [UInt8](repeating: 1, count: 65 << 20) } }
        #expect(corruption { () throws(JournalError) in _ = try Opened(long) }?.file == segmentPath(2))
    }

    @Test("B12: a segment from another history of the same store does not continue this one")
    func fork() throws {
        let common = SimulatedStorage()
        try Opened(common).write(1...4)
        func history(_ filler: UInt8) throws -> SimulatedStorage {
            let storage = common.restarted()
            let opened = try Opened(storage, segmentBytes: 1_024)
            for sequence in 5...40 as ClosedRange<UInt64> {
                let body = [UInt8](repeating: filler, count: 40)
                try opened.writer.append(
                    JournalEntry(sequence: sequence, type: .key, time: Opened.start, body: body))
                try opened.writer.commit()
            }
            return storage.restarted()
        }
        let (mine, other) = (try history(1), try history(2))
        #expect(try Opened(mine.restarted()).seen.count == 40)
        let foreign = try #require(other.contents(segmentPath(5)))
        mine.damage(segmentPath(5)) { $0 = foreign }
        let found = corruption { () throws(JournalError) in _ = try Opened(mine) }
        #expect(found?.file == segmentPath(5))
        #expect(found?.what == "the segment does not continue the one before it")
    }

    @Test("any bytes at all in place of a last segment's records are refused or cut, without a trap")
    func noise() throws {
        let (storage, written, segments) = try journal()
        let path = segmentPath(segments)
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let damaged = storage.restarted()
            damaged.damage(path) { bytes in
                let start = 128 + Int(random.next() % UInt64(bytes.count - 128))
                for index in start..<bytes.count {
                    bytes[index] = random.next() % 3 == 0 ? 0 : UInt8(truncatingIfNeeded: random.next() >> 40)
                }
            }
            check(damaged, written, isToEnd: true, "seed \(seed)")
        }
    }
}
