// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Reads a journal in order, from the beginning of a segment to its end, and judges what it finds; changes nothing.
struct JournalReader: ~Copyable {
    let folder: JournalFolder
    private let files: [SegmentFile]
    /// Whether another process may be writing the last one.
    private let isLive: Bool
    private(set) var report = RecoveryReport()
    private(set) var lastNumber: UInt64 = 0

    /// The bytes of the segment being read; at the end, of the last one.
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)
    private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var nextSequence: UInt64 = 1
    private var tags = ChainTags.start
    private var previousTime = Timestamp(nanoseconds: .min)
    private var witnesses: JournalWitnesses
    /// The highest sequence that anything says is on disk.
    private var durable: UInt64
    /// In the last segment: its header, its records, and where the last one ends.
    private var lastHeader: SegmentHeader?
    private var places: [Place] = []
    private(set) var end = SegmentHeader.byteCount

    /// Where a record stands in the last segment.
    private struct Place {
        let offset: Int
        let sequence: UInt64
        let time: Timestamp
        let isMark: Bool
    }

    /// Reads `files`, which are in order, of this folder or its history.
    init(_ folder: JournalFolder, _ files: [SegmentFile], witnesses: [JournalWitness], isLive: Bool = false) {
        self.folder = folder
        self.files = files
        self.isLive = isLive
        self.witnesses = JournalWitnesses(witnesses)
        durable = self.witnesses.durableSequence
    }

    deinit {
        buffer.deallocate()
    }

    /// Whether the last segment holds no record.
    var isLastEmpty: Bool { places.isEmpty }

    /// Records of the last segment that are not known to be on disk.
    struct LiveTail {
        /// Where they begin in the last segment, and their bytes.
        let offset: Int
        let bytes: UnsafeRawBufferPointer
        /// The first of them, or what comes next when there is none.
        let firstSequence: UInt64
        /// What they go on from.
        let tags: ChainTags
        /// No earlier than that.
        let time: Timestamp
    }

    /// Valid for as long as the reader is. Marks that nothing follows are not worth keeping: the header of the segment
    /// that comes next says the same.
    var liveTail: LiveTail {
        let lastKept = places.lastIndex { !$0.isMark && $0.sequence <= durable }
        let first = lastKept.map { $0 + 1 } ?? 0
        let start = first < places.count ? places[first].offset : end
        var tags = lastHeader?.tags ?? .start
        if lastKept != nil {
            let tag =
                first < places.count
                ? JournalTag(bytes, at: start + RecordFormat.previousTagOffset) : self.tags.lastRecord
            tags = ChainTags(last: tag, lastRecord: tag)
        }
        let firstRecord = places[first...].first { !$0.isMark }
        return LiveTail(
            offset: start, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(firstRecord == nil ? start : end)]),
            firstSequence: firstRecord?.sequence ?? nextSequence, tags: tags,
            time: lastKept.map { places[$0].time } ?? lastHeader?.time ?? previousTime)
    }

    /// Hands on every record, marks included. `mustBegin` at the first record of all, unless something else is known to
    /// hold what came before.
    mutating func readAll(
        mustBegin: Bool, _ progress: (LoadProgress) -> Void = { _ in }, _ visit: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        guard let first = files.first, let last = files.last else {
            throw .damaged(folder.path, 0, "there is no journal segment, though every store has one")
        }
        guard !mustBegin || first.number == 1 else { throw missing(1) }
        for (index, file) in files.enumerated() where file.number != first.number + UInt64(index) {
            throw missing(first.number + UInt64(index))
        }
        guard last.number < .max else { throw .damaged(last.path, 0, "there can be no segment after it") }
        var header = try readHeader(first)
        guard first.number > 1 || (header.firstSequence == 1 && header.tags == .start) else {
            throw .damaged(first.path, 0, "the first segment does not begin with the first record")
        }
        (nextSequence, tags) = (header.firstSequence, header.tags)
        for index in 1..<max(1, files.count) {
            let next = try readHeader(files[index])
            try readSealed(files[index - 1], header, until: next, files[index].path, visit)
            header = next
            progress(LoadProgress(phase: .journal, done: UInt64(index), total: UInt64(files.count)))
        }
        try readLast(last, header, visit)
        report.segments = files.count
        report.lastSequence = nextSequence - 1
        report.lastTag = tags.lastRecord
        lastNumber = last.number
    }

    /// A segment that has another after it: whole up to where that one begins, and no matter what follows.
    private mutating func readSealed(
        _ file: SegmentFile, _ header: SegmentHeader, until next: SegmentHeader, _ nextPath: String,
        _ visit: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        try load(file, header)
        guard next.firstSequence >= nextSequence else {
            throw .damaged(nextPath, 0, "the segment begins before the one before it")
        }
        var offset = SegmentHeader.byteCount
        while nextSequence < next.firstSequence || tags != next.tags {
            switch decode(file.number, offset) {
            case .success(let record):
                // When all the records are there, only a mark may still come before the next segment.
                guard nextSequence < next.firstSequence || record.type == .mark else {
                    throw .damaged(nextPath, 0, "the segment does not continue the one before it")
                }
                try accept(record, file.path, offset, visit)
                offset += record.byteCount
            case .failure(let fault):
                guard nextSequence < next.firstSequence else {
                    throw .damaged(nextPath, 0, "the segment does not continue the one before it")
                }
                let due = "; records \(nextSequence) to \(next.firstSequence - 1) should follow"
                throw fault.error(file.path, offset, due)
            }
        }
    }

    /// The segment that was being written when the program ended.
    private mutating func readLast(
        _ file: SegmentFile, _ header: SegmentHeader, _ visit: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        try load(file, header)
        lastHeader = header
        while true {
            switch decode(file.number, end) {
            case .success(let record):
                try accept(record, file.path, end, visit)
                places.append(
                    Place(
                        offset: end, sequence: record.sequence, time: record.time, isMark: record.type == .mark))
                end += record.byteCount
            case .failure(let fault):
                let rest = UnsafeRawBufferPointer(rebasing: bytes[end...])
                if durable >= nextSequence {
                    let who = witnesses.last.map { $0.sequence == durable ? " (\($0.file) knows it)" : "" } ?? ""
                    let due = "; records up to \(durable) were on disk\(who), \(nextSequence) should follow"
                    throw fault.error(file.path, end, due)
                }
                if !rest.isZero { report.torn = try judge(fault, file) }
                return
            }
        }
    }

    /// Holds a verified record to the one before it, and hands it on.
    private mutating func accept(
        _ record: JournalRecord, _ path: String, _ offset: Int, _ visit: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        let isMark = record.type == .mark
        let due = isMark ? nextSequence - 1 : nextSequence
        guard record.sequence == due, record.sequence < .max else {
            throw .damaged(path, offset, "record \(record.sequence) stands where \(due) should")
        }
        guard record.previousTag == tags.last else {
            throw .damaged(path, offset, "record \(record.sequence) does not follow the record before it")
        }
        let isDurableSound = isMark ? record.durableSequence == due : record.durableSequence < due
        guard isDurableSound, record.time >= previousTime else {
            throw .damaged(path, offset, "record \(record.sequence) has a time or durable sequence that cannot be")
        }
        if !isMark, let witness = witnesses.contradiction(record.sequence, record.tag) {
            throw .damaged(
                path, offset, "record \(record.sequence) is not the one that \(witness.file) knew to be on disk")
        }
        try hand(record, path, offset, visit)
        tags.add(record.tag, isMark: isMark)
        previousTime = record.time
        durable = max(durable, record.durableSequence)
        report.lastTime = record.time
        if isMark { return }
        report.records += 1
        nextSequence += 1
    }

    private mutating func hand(
        _ record: JournalRecord, _ path: String, _ offset: Int, _ visit: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        if record.type.isKnown {
            do {
                try visit(record)
            } catch {
                throw .damaged(path, offset, "record \(record.sequence) verifies but is refused: \(error)")
            }
        } else if record.isCritical {
            let which = "record \(record.sequence) at offset \(offset) is of type \(record.type)"
            throw .newerFormat(path, which + ", which a newer version wrote")
        } else {
            report.skipped += 1
        }
    }

    func decode(_ number: UInt64, _ offset: Int) -> Result<JournalRecord, RecordFault> {
        do throws(RecordFault) {
            return .success(try RecordFormat.read(bytes, segment: number, offset: offset, folder.tagger))
        } catch {
            return .failure(error)
        }
    }

    private func readHeader(_ file: SegmentFile) throws(JournalError) -> SegmentHeader {
        try SegmentHeader.read(file, folder)
    }

    /// Reads a segment's file whole; the buffer is used again for the next.
    private mutating func load(_ segment: SegmentFile, _ header: SegmentHeader) throws(JournalError) {
        let file = try starting { () throws(StorageError) in try folder.storage.open(segment.path, .reading) }
        let size = try starting { () throws(StorageError) in try file.size() }
        guard size <= UInt64(Limits.journalSegmentReadBytes) else {
            throw .damaged(segment.path, Limits.journalSegmentReadBytes, "the file is longer than any segment")
        }
        if Int(size) > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: Int(size), alignment: 16)
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(size)])
        var count = try starting { () throws(StorageError) in try file.read(into: room, at: 0) }
        if isLive, segment == files.last {
            // What is written during a reading may be seen without what was written just before it. So only what one
            // reading saw is judged, as the next one sees it.
            let seen = (UnsafeRawBufferPointer(rebasing: room[..<count]).usedCount + 7) & ~7
            count = min(seen, try starting { () throws(StorageError) in try file.read(into: room, at: 0) })
        }
        bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
        durable = max(durable, header.durableSequence)
    }

    private func missing(_ number: UInt64) -> JournalError {
        .damaged(folder.segmentPath(number), 0, "this segment is missing, and there are later ones")
    }
}
