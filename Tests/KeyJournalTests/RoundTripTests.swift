// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct RoundTripTests {
    @Test("storage rule 4: what is written comes back, in order, over many segments and restarts")
    func roundTrip() throws {
        var storage = SimulatedStorage()
        var written: [Seen] = []
        for round in 0..<5 as Range<UInt64> {
            let opened = try Opened(storage)
            #expect(opened.seen == written)
            #expect(opened.report.lastSequence == UInt64(written.count))
            #expect(opened.report.torn == nil)
            written += try opened.write((round * 30 + 1)...(round * 30 + 30), perCommit: Int(round) + 1)
            storage = storage.restarted()
        }
        let last = try Opened(storage)
        #expect(last.seen == written)
        #expect(last.report.lastTime == written.last?.time)
        #expect(last.report.segments > 5)
    }

    @Test("empty and largest contents fit; one byte more is refused where it is made")
    func bounds() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 256 * 1024)
        let time = Opened.start
        let name = String(repeating: "n", count: Limits.journalNameBytes)
        let largest = [UInt8](repeating: 0xff, count: Limits.journalBodyBytes)
        let entries = [
            try JournalEntry(sequence: 1, type: .key, time: time, body: []),
            try JournalEntry(sequence: 2, type: .key, time: time, caller: name, peer: name, body: largest),
        ]
        for entry in entries { try opened.writer.append(entry) }
        try opened.writer.commit()
        #expect(try Opened(storage.restarted()).seen == entries.map(Seen.init))
        #expect(throws: JournalError.self) {
            try JournalEntry(sequence: 3, type: .key, time: time, body: largest + [0])
        }
        #expect(throws: JournalError.self) {
            try JournalEntry(sequence: 3, type: .key, time: time, caller: name + "n", body: [])
        }
    }

    @Test("entries are taken only in sequence, and a refused one changes nothing")
    func outOfSequence() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        #expect(throws: JournalError.self) { try opened.writer.append(sampleEntry(2)) }
        #expect(throws: JournalError.self) { try opened.writer.append(sampleEntry(1, bodyBytes: 4_000)) }
        let written = try opened.write(1...3)
        #expect(try Opened(storage.restarted()).seen == written)
    }

    @Test("times in a journal never go back: the writer raises an earlier one")
    func times() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        for (sequence, offset) in [(1, 500), (2, 100), (3, 600)] as [(UInt64, Int64)] {
            try opened.writer.append(
                JournalEntry(sequence: sequence, type: .key, time: Timestamp(nanoseconds: offset), body: []))
        }
        try opened.writer.commit()
        #expect(try Opened(storage.restarted()).seen.map(\.time.nanoseconds) == [500, 500, 600])
    }

    @Test("storage rule 9: an unknown critical type refuses to start, an unknown other one is passed over")
    func unknownTypes() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let type = RecordType(rawValue: 99)
        try opened.writer.append(
            JournalEntry(sequence: 1, type: type, isCritical: false, time: Opened.start, body: [1]))
        try opened.writer.append(sampleEntry(2))
        try opened.writer.commit()
        let passed = try Opened(storage.restarted())
        #expect(passed.seen.map(\.sequence) == [2])
        #expect(passed.report.skipped == 1)
        try opened.writer.append(JournalEntry(sequence: 3, type: type, time: Opened.start, body: [1]))
        try opened.writer.commit()
        #expect(reason { () throws(JournalError) in _ = try Opened(storage.restarted()) } == .newerFormat)
    }

    @Test("a record that the store cannot use is named with its file and offset")
    func refusedByApply() throws {
        struct Unusable: Error, RecoveryTarget {
            func load(_ entry: SnapshotEntry) throws { throw self }
            func replay(_ record: JournalRecord) throws { throw self }
        }
        let storage = SimulatedStorage()
        try Opened(storage).write(1...1)
        let directory = try DataDirectory.open("/data", storage: storage.restarted(), now: Opened.start)
        let found = corruption { () throws(JournalError) in
            _ = try directory.recover(into: Unusable(), now: Opened.start, segmentBytes: 2_048)
        }
        #expect(found?.file == segmentPath(2))
        #expect(found?.offset == 128)
    }
}
