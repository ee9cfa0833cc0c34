// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// The writer's state: one open segment, the batch for it, and the spare that comes after it.
struct WriterCore: ~Copyable {
    let folder: JournalFolder
    /// What new segments are preallocated to.
    let segmentBytes: Int
    private(set) var spare: (any StorageFile)?
    private(set) var nextSequence: UInt64
    private(set) var durableSequence: UInt64

    private var file: any StorageFile
    private(set) var number: UInt64
    /// Where the next batch goes.
    private var offset: Int
    private var capacity: Int
    private var tags: ChainTags
    private var lastTime: Timestamp
    private var batch: RecordBuffer
    private var head: HeadFile
    private var failure: JournalError?
    /// The tag of record `durableSequence`.
    private(set) var durableTag: JournalTag
    /// Up to where a mark and `HEAD` say what is durable.
    private var markedSequence: UInt64
    /// Written to the journal by this writer, so far.
    private(set) var writtenBytes: UInt64 = 0

    /// Where in the journal a writer begins. Everything below `nextSequence` is durable.
    struct Position {
        var file: any StorageFile
        var number: UInt64
        var offset: Int
        var capacity: Int
        var nextSequence: UInt64
        var tags: ChainTags
        var lastTime: Timestamp
        var head: HeadFile
    }

    init(folder: JournalFolder, segmentBytes: Int, at position: Position) {
        self.folder = folder
        self.segmentBytes = segmentBytes
        nextSequence = position.nextSequence
        durableSequence = position.nextSequence - 1
        file = position.file
        number = position.number
        offset = position.offset
        capacity = position.capacity
        tags = position.tags
        lastTime = position.lastTime
        head = position.head
        durableTag = position.tags.lastRecord
        markedSequence = position.nextSequence - 1
        batch = RecordBuffer(capacity: Limits.journalBatchFirstBytes)
    }

    var batchBytes: Int { batch.count }
    var remainingBytes: Int { max(0, capacity - offset - batch.count) }

    func hasRoom(for entry: JournalEntry) -> Bool {
        batch.count + entry.encodedBytes <= segmentBytes - SegmentHeader.byteCount
    }

    mutating func append(_ entry: JournalEntry) throws(JournalError) {
        if let failure { throw failure }
        guard entry.sequence == nextSequence, nextSequence < .max else {
            throw .outOfSequence(expected: nextSequence, found: entry.sequence)
        }
        guard hasRoom(for: entry) else { throw .entryTooLarge(bytes: batch.count + entry.encodedBytes) }
        lastTime = max(lastTime, entry.time)
        RecordFormat.encode(entry, time: lastTime, into: batch.append(entry.encodedBytes))
        nextSequence += 1
    }

    mutating func commit(syncing: Bool) throws(JournalError) {
        try living { core throws(StorageError) in
            var rotated = false
            if core.batch.count > 0 {
                if core.batch.count > core.capacity - core.offset {
                    try core.rotate()
                    rotated = true
                }
                try core.writeBatch(durable: core.durableSequence)
            }
            if syncing { try core.sync() }
            if rotated {
                // A journal that is never idle must not outgrow what `HEAD` knows.
                if syncing { try core.writeHead() }
                try core.makeSpare()
            }
        }
    }

    /// Says in the journal, and in `HEAD`, that everything before is on disk, and makes that durable too: what is
    /// damaged from then on is known for damage. Does nothing when it has been said, or there is nothing to say.
    mutating func mark() throws(JournalError) {
        try living { core throws(StorageError) in
            guard core.batch.count == 0 else { return }
            try core.sync()
            guard core.markedSequence < core.durableSequence else { return }
            // Without room, `HEAD` alone says it: a mark is not worth what may be left of a full disk.
            if core.remainingBytes >= RecordFormat.leastBytes { try core.writeMark() }
            try core.writeHead()
            core.markedSequence = core.durableSequence
        }
    }

    /// Says in `HEAD` alone what is on disk. Everything that was appended is.
    mutating func noteHead() throws(JournalError) {
        try living { core throws(StorageError) in try core.writeHead() }
    }

    private mutating func writeHead() throws(StorageError) {
        guard (head.head?.sequence ?? 0) < durableSequence else { return }
        try head.write(
            JournalHead(
                segment: number, offset: offset, sequence: durableSequence, time: lastTime, tag: durableTag))
    }

    mutating func tryRestoreReserve() throws(JournalError) -> Bool {
        try living { core throws(StorageError) in try core.makeSpare() }
        return spare != nil
    }

    /// The batch fits.
    private mutating func writeBatch(durable: UInt64) throws(StorageError) {
        tags = batch.seal(segment: number, offset: offset, durable: durable, after: tags, folder.tagger)
        try file.write(batch.bytes, at: UInt64(offset))
        offset += batch.count
        writtenBytes += UInt64(batch.count)
        batch.removeAll()
    }

    private mutating func writeMark() throws(StorageError) {
        RecordFormat.encodeMark(
            sequence: durableSequence, time: lastTime, into: batch.append(RecordFormat.leastBytes))
        try writeBatch(durable: durableSequence)
        try file.sync()
    }

    /// The batch is empty: everything appended is written.
    private mutating func sync() throws(StorageError) {
        guard durableSequence < nextSequence - 1 else { return }
        try file.sync()
        (durableSequence, durableTag) = (nextSequence - 1, tags.lastRecord)
    }

    /// Goes on in the spare segment. What is in the current one is made durable first, so that only a journal's last
    /// segment can ever end in doubt. The batch is not written yet: its first sequence is the new segment's.
    private mutating func rotate() throws(StorageError) {
        let first = batch.bytes.number(at: RecordFormat.sequenceOffset, as: UInt64.self)
        if durableSequence < first - 1 {
            try file.sync()
            (durableSequence, durableTag) = (first - 1, tags.lastRecord)
        }
        if spare == nil { try makeSpare() }
        guard let next = spare else { throw StorageError("begin a segment in", folder.path, code: ENOSPC) }
        let header = SegmentHeader(
            number: number + 1, firstSequence: first, time: lastTime, tags: tags,
            durableSequence: durableSequence, storeKeyVersion: folder.storeKeyVersion)
        let installed = try folder.install(next, header, records: UnsafeRawBufferPointer(start: nil, count: 0))
        try file.truncate(to: UInt64(offset))
        file = installed
        spare = nil
        number += 1
        offset = SegmentHeader.byteCount
        capacity = segmentBytes
    }

    /// Want of space, or of file descriptors, is foreseen and leaves no spare; any other error is one.
    private mutating func makeSpare() throws(StorageError) {
        guard spare == nil else { return }
        do throws(StorageError) {
            spare = try folder.makeSpare(size: segmentBytes)
        } catch {
            guard error.isOutOfSpace || error.isOutOfDescriptors else { throw error }
            try folder.removeSpare()
        }
    }

    /// Runs a step of a writer that has not failed; if it fails, that was the last.
    private mutating func living(_ step: (inout WriterCore) throws(StorageError) -> Void) throws(JournalError) {
        if let failure { throw failure }
        do throws(StorageError) {
            try step(&self)
        } catch {
            failure = .writeFailed(error)
            throw .writeFailed(error)
        }
    }
}
