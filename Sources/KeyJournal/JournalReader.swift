// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Reads a whole journal in order and judges what it finds; changes nothing.
struct JournalReader: ~Copyable {
    let folder: JournalFolder
    private(set) var report = RecoveryReport()
    private(set) var lastNumber: UInt64 = 0

    /// The bytes of the segment being read; at the end, of the last one.
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)
    private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var nextSequence: UInt64 = 1
    private var previousTag = JournalTag.zero
    private var previousTime = Timestamp(nanoseconds: .min)
    /// The highest sequence that anything says is on disk.
    private var durable: UInt64
    /// In the last segment: where each record begins, and where the last one ends.
    private var starts: [Int] = []
    private(set) var end = SegmentHeader.byteCount
    private var firstSequence: UInt64 = 1

    init(_ folder: JournalFolder, knownDurable: UInt64) {
        self.folder = folder
        durable = knownDurable
    }

    deinit {
        buffer.deallocate()
    }

    /// Records of the last segment that are not known to be on disk.
    struct LiveTail {
        /// Where they begin in the last segment, and their bytes.
        let offset: Int
        let bytes: UnsafeRawBufferPointer
        /// The first of them, or what comes next when there is none.
        let firstSequence: UInt64
        /// Tag of the record before them.
        let anchor: JournalTag
    }

    /// Valid for as long as the reader is.
    var liveTail: LiveTail {
        let kept = durable < firstSequence ? 0 : Int(min(durable - firstSequence + 1, UInt64(starts.count)))
        guard kept < starts.count else {
            return LiveTail(
                offset: end, bytes: UnsafeRawBufferPointer(rebasing: bytes[end..<end]), firstSequence: nextSequence,
                anchor: previousTag)
        }
        let start = starts[kept]
        return LiveTail(
            offset: start, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
            firstSequence: firstSequence + UInt64(kept),
            anchor: JournalTag(bytes, at: start + RecordFormat.previousTagOffset))
    }

    mutating func readAll(_ apply: (JournalRecord) throws -> Void) throws(JournalError) {
        let folder = folder
        let numbers = try starting { () throws(StorageError) in try folder.segments() }
        guard let first = numbers.first, let last = numbers.last else {
            throw .damaged(folder.path, 0, "there is no journal segment, though every store has one")
        }
        guard first == 1 else { throw missing(1) }
        for (index, number) in numbers.enumerated() where number != UInt64(index) + 1 {
            throw missing(UInt64(index) + 1)
        }
        guard last < .max else { throw .damaged(folder.segmentPath(last), 0, "there can be no segment after it") }
        var header = try readHeader(1)
        guard header.firstSequence == 1, header.anchor == .zero else {
            throw .damaged(folder.segmentPath(1), 0, "the first segment does not begin with the first record")
        }
        for number in numbers.dropLast() {
            let next = try readHeader(number + 1)
            try readSealed(number, header, until: next, apply)
            header = next
        }
        try readLast(last, header, apply)
        report.segments = numbers.count
        report.lastSequence = nextSequence - 1
        lastNumber = last
    }

    /// A segment that has another after it: whole up to where that one begins, and no matter what follows.
    private mutating func readSealed(
        _ number: UInt64, _ header: SegmentHeader, until next: SegmentHeader, _ apply: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        try load(number, header)
        let nextPath = folder.segmentPath(number + 1)
        guard next.firstSequence >= nextSequence else {
            throw .damaged(nextPath, 0, "the segment begins before the one before it")
        }
        var offset = SegmentHeader.byteCount
        while nextSequence < next.firstSequence {
            switch decode(number, offset) {
            case .success(let record):
                try accept(record, folder.segmentPath(number), offset, apply)
                offset += record.byteCount
            case .failure(let fault):
                let due = "; records \(nextSequence) to \(next.firstSequence - 1) should follow"
                throw fault.error(folder.segmentPath(number), offset, due)
            }
        }
        guard previousTag == next.anchor else {
            throw .damaged(nextPath, 0, "the segment does not continue the one before it")
        }
    }

    /// The segment that was being written when the program ended.
    private mutating func readLast(
        _ number: UInt64, _ header: SegmentHeader, _ apply: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        try load(number, header)
        let path = folder.segmentPath(number)
        firstSequence = header.firstSequence
        while true {
            switch decode(number, end) {
            case .success(let record):
                try accept(record, path, end, apply)
                starts.append(end)
                end += record.byteCount
            case .failure(let fault):
                let rest = UnsafeRawBufferPointer(rebasing: bytes[end...])
                if durable >= nextSequence {
                    let due = "; records up to \(durable) were on disk, \(nextSequence) should follow"
                    throw fault.error(path, end, due)
                }
                if !rest.isZero { report.torn = try judge(fault, number, path) }
                return
            }
        }
    }

    /// Holds a verified record to the one before it, and hands it on.
    private mutating func accept(
        _ record: JournalRecord, _ path: String, _ offset: Int, _ apply: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        guard record.sequence == nextSequence, record.sequence < .max else {
            throw .damaged(path, offset, "record \(record.sequence) stands where \(nextSequence) should")
        }
        guard record.previousTag == previousTag else {
            throw .damaged(path, offset, "record \(record.sequence) does not follow the record before it")
        }
        guard record.durableSequence < record.sequence, record.time >= previousTime else {
            throw .damaged(path, offset, "record \(record.sequence) has a time or durable sequence that cannot be")
        }
        if record.type.isKnown {
            do {
                try apply(record)
            } catch {
                throw .damaged(path, offset, "record \(record.sequence) verifies but is refused: \(error)")
            }
        } else if record.isCritical {
            let which = "record \(record.sequence) at offset \(offset) is of type \(record.type)"
            throw .newerFormat(path, which + ", which a newer version wrote")
        } else {
            report.skipped += 1
        }
        report.records += 1
        report.lastTime = record.time
        nextSequence += 1
        previousTag = record.tag
        previousTime = record.time
        durable = max(durable, record.durableSequence)
    }

    func decode(_ number: UInt64, _ offset: Int) -> Result<JournalRecord, RecordFault> {
        do throws(RecordFault) {
            return .success(try RecordFormat.read(bytes, segment: number, offset: offset, folder.tagger))
        } catch {
            return .failure(error)
        }
    }

    private func readHeader(_ number: UInt64) throws(JournalError) -> SegmentHeader {
        let path = folder.segmentPath(number)
        let head = try starting { () throws(StorageError) in
            try folder.storage.open(path, .reading).read(SegmentHeader.byteCount, at: 0)
        }
        let tagger = folder.tagger
        return try head.withRawBytes { raw throws(JournalError) in
            try SegmentHeader.decode(raw, file: path, number: number, tagger)
        }
    }

    /// Reads a segment's file whole; the buffer is used again for the next.
    private mutating func load(_ number: UInt64, _ header: SegmentHeader) throws(JournalError) {
        let path = folder.segmentPath(number)
        let file = try starting { () throws(StorageError) in try folder.storage.open(path, .reading) }
        let size = try starting { () throws(StorageError) in try file.size() }
        guard size <= UInt64(Limits.journalSegmentReadBytes) else {
            throw .damaged(path, Limits.journalSegmentReadBytes, "the file is longer than any segment")
        }
        if Int(size) > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: Int(size), alignment: 16)
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(size)])
        let count = try starting { () throws(StorageError) in try file.read(into: room, at: 0) }
        bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
        durable = max(durable, header.durableSequence)
    }

    private func missing(_ number: UInt64) -> JournalError {
        .damaged(folder.segmentPath(number), 0, "this segment is missing, and there are later ones")
    }
}
