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
    private var number: UInt64
    /// Where the next batch goes.
    private var offset: Int
    private var capacity: Int
    private var previousTag: JournalTag
    private var lastTime: Timestamp
    private var batch: RecordBuffer
    private var failure: JournalError?

    /// Where in the journal a writer begins. Everything below `nextSequence` is durable.
    struct Position {
        var file: any StorageFile
        var number: UInt64
        var offset: Int
        var capacity: Int
        var nextSequence: UInt64
        var previousTag: JournalTag
        var lastTime: Timestamp
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
        previousTag = position.previousTag
        lastTime = position.lastTime
        batch = RecordBuffer(capacity: 64 * 1024)
    }

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
                core.previousTag = core.batch.seal(
                    segment: core.number, offset: core.offset, durable: core.durableSequence,
                    previous: core.previousTag, core.folder.tagger)
                try core.file.write(core.batch.bytes, at: UInt64(core.offset))
                core.offset += core.batch.count
                core.batch.removeAll()
            }
            if syncing { try core.sync() }
            if rotated { try core.makeSpare() }
        }
    }

    mutating func tryRestoreReserve() throws(JournalError) -> Bool {
        try living { core throws(StorageError) in try core.makeSpare() }
        return spare != nil
    }

    /// The batch is empty: everything appended is written.
    private mutating func sync() throws(StorageError) {
        guard durableSequence < nextSequence - 1 else { return }
        try file.sync()
        durableSequence = nextSequence - 1
    }

    /// Goes on in the spare segment. What is in the current one is made durable first, so that only a journal's last
    /// segment can ever end in doubt. The batch is not written yet: its first sequence is the new segment's.
    private mutating func rotate() throws(StorageError) {
        let first = batch.bytes.number(at: RecordFormat.sequenceOffset, as: UInt64.self)
        if durableSequence < first - 1 {
            try file.sync()
            durableSequence = first - 1
        }
        if spare == nil { try makeSpare() }
        guard let next = spare else { throw StorageError("begin a segment in", folder.path, code: ENOSPC) }
        let header = SegmentHeader(
            number: number + 1, firstSequence: first, time: lastTime, anchor: previousTag,
            durableSequence: durableSequence, storeKeyVersion: folder.storeKeyVersion)
        try folder.install(next, header, records: UnsafeRawBufferPointer(start: nil, count: 0))
        try file.truncate(to: UInt64(offset))
        file = next
        spare = nil
        number += 1
        offset = SegmentHeader.byteCount
        capacity = segmentBytes
    }

    /// Want of space is foreseen and leaves no spare; any other error is one.
    private mutating func makeSpare() throws(StorageError) {
        guard spare == nil else { return }
        do throws(StorageError) {
            spare = try folder.makeSpare(size: segmentBytes)
        } catch {
            guard error.isOutOfSpace else { throw error }
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
