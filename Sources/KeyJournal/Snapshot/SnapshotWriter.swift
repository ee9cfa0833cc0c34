// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What a snapshot is when it is begun.
package struct SnapshotBeginning: Sendable, Equatable {
    /// The store's last sequence; everything up to here will be in the snapshot.
    package let sequence: UInt64
    /// A segment of the journal at or before the one that the next record goes into.
    package let segment: UInt64
    package let time: Timestamp

    package init(sequence: UInt64, segment: UInt64, time: Timestamp) {
        self.sequence = sequence
        self.segment = segment
        self.time = time
    }
}

/// Writes a snapshot under a temporary name, chunk by chunk, and gives it its own once the journal is durable up to
/// what is in it. It does what it is told when it is told, on the caller's thread.
///
/// A failure here costs the snapshot, never the store: whoever drives it calls `abandonSnapshot` and tries again later.
package struct SnapshotWriter: ~Copyable {
    private let folder: SnapshotFolder
    private let file: any StorageFile
    private let beginning: SnapshotBeginning
    private let chunkBytes: Int
    private var chunk: RecordBuffer
    private var entries: UInt32 = 0
    private var offset = UInt64(SnapshotHeader.byteCount)
    private var syncedOffset: UInt64 = 0
    private var lastTag = JournalTag.zero
    private var chunks: UInt64 = 0
    private var counts: [RecordType: UInt64] = [:]

    static func begin(
        _ folder: SnapshotFolder, _ beginning: SnapshotBeginning, chunkBytes: Int
    ) throws(StorageError) -> SnapshotWriter {
        try folder.removeTemporary()
        let file = try folder.storage.open(folder.temporaryPath, .creating(mode: 0o600))
        return SnapshotWriter(folder: folder, file: file, beginning: beginning, chunkBytes: chunkBytes)
    }

    private init(
        folder: SnapshotFolder, file: any StorageFile, beginning: SnapshotBeginning, chunkBytes: Int
    ) {
        self.folder = folder
        self.chunkBytes = chunkBytes
        self.file = file
        self.beginning = beginning
        chunk = RecordBuffer(capacity: chunkBytes + Limits.mutationBytes)
        startChunk()
    }

    /// Adds a record; now and then this writes.
    package mutating func append(_ entry: SnapshotEntry) throws(StorageError) {
        let room = chunk.append(SnapshotChunk.entryHeadBytes + entry.body.count)
        room.put(UInt32(entry.body.count), at: 0)
        room.put(entry.type.rawValue, at: 4)
        room.put(UInt16(0), at: 6)
        room.put(entry.revision, at: 8)
        _ = room.put(entry.body, at: SnapshotChunk.entryHeadBytes)
        entries += 1
        counts[entry.type, default: 0] += 1
        if chunk.count >= chunkBytes { try writeChunk() }
    }

    /// Completes the file, reads it again, and gives it its name, durably. `endSequence` is the store's last sequence when
    /// the last record was handed over: the journal must be on disk up to there, or `notDurable` is thrown.
    package mutating func finish(
        endSequence: UInt64, _ journal: JournalWriter
    ) throws(JournalError) -> SnapshotHeader {
        try finish(endSequence: endSequence, durable: journal.durable)
    }

    /// The same, for a journal whose last record on disk is `durable`.
    mutating func finish(
        endSequence: UInt64, durable: (sequence: UInt64, tag: JournalTag)
    ) throws(JournalError) -> SnapshotHeader {
        guard durable.sequence >= endSequence else { throw .notDurable(sequence: endSequence) }
        do throws(StorageError) {
            try complete(endSequence: endSequence, durable)
        } catch {
            throw .storage(error)
        }
        let header = try SnapshotReader.verify(folder, endSequence, at: folder.temporaryPath)
        let folder = folder
        try starting { () throws(StorageError) in
            try folder.storage.rename(folder.temporaryPath, to: folder.snapshotPath(endSequence))
            try folder.storage.syncDirectory(folder.path)
        }
        return header
    }

    private mutating func complete(
        endSequence: UInt64, _ durable: (sequence: UInt64, tag: JournalTag)
    ) throws(StorageError) {
        if entries > 0 { try writeChunk() }
        let header = SnapshotHeader(
            beginSequence: beginning.sequence, endSequence: endSequence, firstSegment: beginning.segment,
            anchorSequence: durable.sequence, anchor: durable.tag, time: beginning.time, fileBytes: offset,
            chunks: chunks, keys: counts[.key, default: 0], accounts: counts[.account, default: 0],
            lastTag: lastTag)
        try file.write(header.encoded(folder), at: 0)
        try file.fullSync()
    }

    private mutating func startChunk() {
        chunk.removeAll()
        chunk.append(SnapshotChunk.headBytes).initializeMemory(as: UInt8.self, repeating: 0)
        entries = 0
    }

    private mutating func writeChunk() throws(StorageError) {
        _ = chunk.append(JournalTag.byteCount)
        lastTag = chunk.sealChunk(
            entries: entries, begin: beginning.sequence, offset: offset, previous: lastTag, folder.tagger)
        try file.write(chunk.bytes, at: offset)
        offset += UInt64(chunk.count)
        chunks += 1
        startChunk()
        // A little at a time, so that the last sync does not hold up the journal's.
        if offset - syncedOffset >= UInt64(Limits.snapshotSyncBytes) {
            try file.sync()
            syncedOffset = offset
        }
    }
}

extension RecordBuffer {
    /// Completes the chunk that fills the buffer, and gives its tag.
    fileprivate mutating func sealChunk(
        entries: UInt32, begin: UInt64, offset: UInt64, previous: JournalTag, _ tagger: RecordTagger
    ) -> JournalTag {
        withBytes { chunk in
            chunk.put(UInt32(chunk.count), at: 0)
            chunk.put(entries, at: 4)
            previous.store(chunk, at: 8)
            let tagOffset = chunk.count - JournalTag.byteCount
            let tag = tagger.tag(
                segment: begin, offset: Int(offset), UnsafeRawBufferPointer(rebasing: chunk[..<tagOffset]))
            tag.store(chunk, at: tagOffset)
            return tag
        }
    }
}
