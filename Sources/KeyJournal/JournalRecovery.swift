// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What recovery found and did, for the log and for the store.
package struct RecoveryReport: Sendable {
    /// Records that were read, and of them those passed over because their type is unknown and not critical.
    package internal(set) var records: UInt64 = 0
    package internal(set) var skipped: UInt64 = 0
    package internal(set) var segments = 0
    /// The last good record's; 0 when there is none.
    package internal(set) var lastSequence: UInt64 = 0
    /// The last good record's; the store's time must not begin before it.
    package internal(set) var lastTime: Timestamp?
    /// Records that were not known to be on disk and were written again.
    package internal(set) var rewritten: UInt64 = 0
    /// What had to be cut.
    package internal(set) var torn: TornTail?
}

/// A journal that has been read and can be written.
package struct RecoveredJournal: Sendable {
    package let writer: JournalWriter
    package let report: RecoveryReport
}

extension DataDirectory {
    /// Reads the journal, handing every good record to `apply` in sequence, and makes it ready to be written.
    ///
    /// Every start begins a new segment. Records at the end that are not known to be on disk go into it again, under
    /// its name only once they are: what looked clean in memory may never have been written. The segment they came
    /// from is then cut to what is still its own. Damage that may be explained by lost power, and only that, is cut and
    /// reported; anything else throws `corrupt` and changes nothing.
    ///
    /// `knownDurable` is a sequence known from elsewhere to be on disk; `now` goes into the new segment's header. What
    /// `apply` throws becomes `corrupt`.
    package func recover(
        now: Timestamp, segmentBytes: Int = Limits.journalSegmentBytes, knownDurable: UInt64 = 0,
        apply: (JournalRecord) throws -> Void
    ) throws(JournalError) -> RecoveredJournal {
        var reader = JournalReader(journal, knownDurable: knownDurable)
        try reader.readAll(apply)
        let position = try prepare(reader, now: now, segmentBytes: segmentBytes)
        let writer = JournalWriter(WriterCore(folder: journal, segmentBytes: segmentBytes, at: position))
        try writer.tryRestoreReserve()
        var report = reader.report
        report.rewritten = report.lastSequence + 1 - reader.liveTail.firstSequence
        return RecoveredJournal(writer: writer, report: report)
    }

    /// The steps that change the disk; each can be lost or repeated.
    private func prepare(
        _ reader: borrowing JournalReader, now: Timestamp, segmentBytes: Int
    ) throws(JournalError) -> WriterCore.Position {
        let tail = reader.liveTail
        let number = reader.lastNumber + 1
        var records = RecordBuffer(capacity: tail.bytes.count)
        records.append(tail.bytes.count).copyMemory(from: tail.bytes)
        let lastTag = records.seal(
            segment: number, offset: SegmentHeader.byteCount, durable: tail.firstSequence - 1, previous: tail.anchor,
            journal.tagger)
        let header = SegmentHeader(
            number: number, firstSequence: tail.firstSequence, time: max(now, reader.report.lastTime ?? now),
            anchor: tail.anchor, durableSequence: reader.report.lastSequence, storeKeyVersion: storeKeyVersion)
        let size = max(segmentBytes, SegmentHeader.byteCount + records.count)
        do throws(StorageError) {
            try reader.saveTorn()
            let file = try journal.makeSpare(size: size)
            try journal.install(file, header, records: records.bytes)
            let old = try storage.open(journal.segmentPath(reader.lastNumber), .writing)
            try old.truncate(to: UInt64(tail.offset))
            try old.fullSync()
            return WriterCore.Position(
                file: file, number: number, offset: SegmentHeader.byteCount + records.count, capacity: size,
                nextSequence: reader.report.lastSequence + 1, previousTag: lastTag,
                lastTime: reader.report.lastTime ?? Timestamp(nanoseconds: .min))
        } catch {
            guard error.isOutOfSpace else { throw .storage(error) }
            throw .refused(
                StartRefusal(
                    .diskFull, journal.path, "there is no space for a journal segment of \(size) bytes",
                    advice: "Free some space and start again; nothing is lost."))
        }
    }
}
