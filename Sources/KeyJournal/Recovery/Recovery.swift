// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

extension DataDirectory {
    /// Reads the newest good snapshot and the journal from there on into a copy of `empty`, and makes the journal ready
    /// to be written.
    ///
    /// Every start begins a new segment. Records at the end that are not known to be on disk go into it again, under
    /// its name only once they are: what looked clean in memory may never have been written. The segment they came
    /// from is then cut to what is still its own. Damage that may be explained by lost power, and only that, is cut and
    /// reported; a snapshot that is damaged is reported and done without while the one before it is good. Anything else
    /// throws `corrupt` and changes nothing.
    ///
    /// - Parameters:
    ///   - now: Goes into the new segment's header.
    ///   - progress: Called now and then.
    package func recover<Target: RecoveryTarget>(
        into empty: Target, now: Timestamp, segmentBytes: Int = Limits.journalSegmentBytes,
        progress: (LoadProgress) -> Void = { _ in }
    ) throws(JournalError) -> RecoveredStore<Target> {
        let head = try HeadFile.open(journal, .writing)
        var search = SnapshotSearch(snapshots)
        try search.look(head)
        var (filled, snapshot) = try search.load(into: empty, progress)
        var reader = try journal.reader(from: snapshot, search)
        let begin = snapshot?.beginSequence ?? 0
        try reader.readAll(mustBegin: snapshot == nil, progress) { record in
            if record.sequence > begin { try filled.replay(record) }
        }
        var report = reader.report
        report.rewritten = report.lastSequence + 1 - reader.liveTail.firstSequence
        // What was read of the journal may be nothing at all.
        let times = [report.lastTime, snapshot?.time, head.head.flatMap { $0.sequence > 0 ? $0.time : nil }]
        report.lastTime = times.compactMap(\.self).max()
        // What a snapshot that was not finished holds of the disk may be what a start needs.
        abandonSnapshot()
        let position = try prepare(reader, report, head, now: now, segmentBytes: segmentBytes)
        let writer = JournalWriter(WriterCore(folder: journal, segmentBytes: segmentBytes, at: position))
        try writer.tryRestoreReserve()
        report.snapshot = snapshot
        report.damagedSnapshots = search.damaged.map(\.error)
        try starting { () throws(StorageError) in try snapshots.setAside(search.unreadable) }
        report.isHeadHalf = head.isHalf
        return RecoveredStore(target: filled, writer: writer, report: report)
    }

    /// The steps that change the disk; each can be lost or repeated.
    private func prepare(
        _ reader: borrowing JournalReader, _ report: RecoveryReport, _ head: HeadFile, now: Timestamp,
        segmentBytes: Int
    ) throws(JournalError) -> WriterCore.Position {
        let tail = reader.liveTail
        // One that holds nothing is written anew, so that starts that come to nothing leave nothing.
        let number = reader.isLastEmpty && reader.lastNumber > 1 ? reader.lastNumber : reader.lastNumber + 1
        var records = RecordBuffer(capacity: tail.bytes.count)
        records.append(tail.bytes.count).copyMemory(from: tail.bytes)
        let tags = records.seal(
            segment: number, offset: SegmentHeader.byteCount, durable: tail.firstSequence - 1, after: tail.tags,
            journal.tagger)
        let header = SegmentHeader(
            number: number, firstSequence: tail.firstSequence, time: max(now, report.lastTime ?? now),
            tags: tail.tags, durableSequence: report.lastSequence, storeKeyVersion: storeKeyVersion)
        let end = SegmentHeader.byteCount + records.count
        let lastTime = report.lastTime ?? Timestamp(nanoseconds: .min)
        do throws(StorageError) {
            let old = try storage.open(journal.segmentPath(reader.lastNumber), .writing)
            // First what nothing needs, in case what is needed now needs the room.
            try journal.removeSpare()
            try old.truncate(to: UInt64(reader.end + (report.torn?.byteCount ?? 0)))
            try reader.saveTorn()
            try old.truncate(to: UInt64(reader.end))
            let (spare, size) = try makeSegment(atLeast: end, segmentBytes)
            let file = try journal.install(spare, header, records: records.bytes)
            try old.truncate(to: UInt64(tail.offset))
            try old.fullSync()
            var head = head
            try head.write(
                JournalHead(
                    segment: number, offset: end, sequence: report.lastSequence, time: lastTime, tag: tags.lastRecord))
            return WriterCore.Position(
                file: file, number: number, offset: end, capacity: size, nextSequence: report.lastSequence + 1,
                tags: tags, lastTime: lastTime, head: head)
        } catch {
            guard error.isOutOfSpace else { throw .storage(error) }
            throw .refused(
                StartRefusal(
                    .diskFull, journal.path, "there is no space for a journal segment",
                    advice: "Free some space and start again; nothing is lost."))
        }
    }

    /// An empty file for a segment. On a disk that is nearly full a shorter one will do, so that a service can start,
    /// and revoke, where it cannot create.
    private func makeSegment(
        atLeast used: Int, _ segmentBytes: Int
    ) throws(StorageError) -> (any StorageFile, size: Int) {
        let least = min(used + Limits.journalLeastRoomBytes, max(segmentBytes, used))
        var size = max(segmentBytes, used)
        while true {
            do throws(StorageError) {
                return (try journal.makeSpare(size: size), size)
            } catch {
                guard error.isOutOfSpace, size > least else { throw error }
                size = max(size / 2, least)
            }
        }
    }
}

extension JournalFolder {
    /// A reader of the journal from a snapshot on, or from its beginning, told of all that is known of it.
    func reader(
        from snapshot: SnapshotHeader?, _ search: SnapshotSearch, isLive: Bool = false
    ) throws(JournalError) -> JournalReader {
        let files = try starting { () throws(StorageError) in try segments() }
        guard let snapshot else {
            if files.first?.number == 1 {
                return JournalReader(self, files, witnesses: search.witnesses, isLive: isLive)
            }
            // Without any snapshot, but with all of history, everything is there all the same.
            let all = try starting { () throws(StorageError) in try allSegments() }
            if all.first?.number != 1, let damage = search.damaged.first { throw damage.fatal }
            return JournalReader(self, all, witnesses: search.witnesses, isLive: isLive)
        }
        let needed = files.filter { $0.number >= snapshot.firstSegment }
        guard needed.first?.number == snapshot.firstSegment else {
            throw .damaged(segmentPath(snapshot.firstSegment), 0, "this segment is missing")
        }
        return JournalReader(self, needed, witnesses: search.witnesses, isLive: isLive)
    }
}
