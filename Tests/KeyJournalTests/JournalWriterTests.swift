// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct JournalWriterTests {
    @Test("storage rule 3: without space for a spare what is left of the segment can be used, and space heals it")
    func reserveHeals() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        #expect(opened.writer.hasReserve)
        // Exactly what is there, the spare included: the next spare finds nothing.
        storage.capacity = storage.usedBytes
        var sequence: UInt64 = 0
        while opened.writer.hasReserve {
            sequence += 1
            try opened.write(sequence...sequence)
        }
        // The segment that was left has been cut to its length, so there may be some space, but none for a spare.
        #expect(try !opened.writer.tryRestoreReserve())
        let left = opened.writer.remainingBytes
        let entry = try sampleEntry(sequence + 1, bodyBytes: 0)
        try #require(left >= entry.encodedBytes)
        try opened.writer.append(entry)
        #expect(opened.writer.remainingBytes == left - entry.encodedBytes)
        try opened.writer.commit()
        storage.capacity = nil
        #expect(try opened.writer.tryRestoreReserve())
        #expect(opened.writer.hasReserve)
        try opened.write((sequence + 2)...(sequence + 40))
        #expect(try Opened(storage.restarted()).seen.count == Int(sequence) + 40)
    }

    @Test("storage rule 3: when nothing at all fits any more the write fails for want of space, and the writer is dead")
    func reserveUsedUp() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        storage.capacity = storage.usedBytes
        var last: UInt64 = 0
        var failure: JournalError?
        while failure == nil, last < 1_000 {
            do throws(JournalError) {
                try opened.write((last + 1)...(last + 1))
                last += 1
            } catch {
                failure = error
            }
        }
        guard case .writeFailed(let error)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(error.isOutOfSpace)
        #expect(throws: JournalError.self) { try opened.writer.commit() }
        storage.capacity = nil
        #expect(try Opened(storage.restarted()).seen.count >= Int(last))
    }

    @Test("storage rule 3: a failed write or sync is not tried again, every later call fails", arguments: [1, 2])
    func deadAfterError(operation: Int) throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let written = try opened.write(1...2)
        // 1 is the write, 2 the sync.
        storage.fail(operation: storage.operations + operation, code: 5)
        try opened.writer.append(sampleEntry(3))
        #expect(throws: JournalError.self) { try opened.writer.commit() }
        let operations = storage.operations
        #expect(throws: JournalError.self) { try opened.writer.commit() }
        #expect(throws: JournalError.self) { try opened.writer.append(sampleEntry(4)) }
        #expect(throws: JournalError.self) { try opened.writer.tryRestoreReserve() }
        #expect(storage.operations == operations)
        #expect(opened.writer.durableSequence == 2)
        #expect(try Opened(storage.restarted()).seen.starts(with: written))
    }

    @Test("a commit that does not sync leaves the durable sequence; the next that does raises it")
    func unsynced() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        try opened.writer.append(sampleEntry(1))
        try opened.writer.commit(syncing: false)
        #expect(opened.writer.durableSequence == 0)
        #expect(opened.writer.nextSequence == 2)
        try opened.writer.commit()
        #expect(opened.writer.durableSequence == 1)
    }

    @Test("only the last segment can end in doubt: a rotation syncs what an interval left unsynced")
    func unsyncedRotation() throws {
        for seed in 0..<30 as Range<UInt64> {
            let storage = SimulatedStorage()
            let opened = try Opened(storage, segmentBytes: 1_024)
            for sequence in 1...25 as ClosedRange<UInt64> {
                try opened.writer.append(sampleEntry(sequence))
                try opened.writer.commit(syncing: false)
            }
            let durable = opened.writer.durableSequence
            #expect(durable > 0)
            let found = try Opened(storage.crashed(seed: seed), segmentBytes: 1_024)
            #expect(found.seen.count >= Int(durable))
            #expect(try found.seen == (1...25).prefix(found.seen.count).map { Seen(try sampleEntry($0)) })
        }
    }
}
