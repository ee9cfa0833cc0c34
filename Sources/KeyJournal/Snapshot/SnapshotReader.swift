// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Reads a snapshot chunk by chunk, verifying each before anything of it is used.
struct SnapshotReader: ~Copyable {
    let header: SnapshotHeader
    private let folder: SnapshotFolder
    private let file: any StorageFile
    private var buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Limits.snapshotReadBytes, alignment: 16)

    /// Throws `corrupt` unless there is a snapshot with this end sequence whose header verifies.
    /// It is looked for under its own name unless another path is given.
    static func open(
        _ folder: SnapshotFolder, _ endSequence: UInt64, at path: String? = nil
    ) throws(JournalError) -> SnapshotReader {
        let path = path ?? folder.snapshotPath(endSequence)
        let file = try starting { () throws(StorageError) in try folder.storage.open(path, .reading) }
        let head = try starting { () throws(StorageError) in try file.read(SnapshotHeader.byteCount, at: 0) }
        let header = try head.withRawBytes { raw throws(JournalError) in
            try SnapshotHeader.decode(raw, file: path, endSequence: endSequence, folder)
        }
        return SnapshotReader(header: header, folder: folder, file: file)
    }

    private init(header: SnapshotHeader, folder: SnapshotFolder, file: any StorageFile) {
        self.header = header
        self.folder = folder
        self.file = file
    }

    private var path: String { file.path }

    deinit {
        buffer.deallocate()
    }

    /// Reads what was just written, and throws it away.
    static func verify(
        _ folder: SnapshotFolder, _ endSequence: UInt64, at path: String
    ) throws(JournalError) -> SnapshotHeader {
        var reader = try open(folder, endSequence, at: path)
        try reader.readAll { _ in }
        return reader.header
    }

    /// Hands on every entry. Throws `corrupt`, with the offset of the chunk, when one does not verify or `visit` refuses
    /// what is in it.
    mutating func readAll(_ visit: (SnapshotEntry) throws -> Void) throws(JournalError) {
        var offset = UInt64(SnapshotHeader.byteCount)
        var lastTag = JournalTag.zero
        for _ in 0..<header.chunks {
            let chunk = try readChunk(at: offset)
            guard JournalTag(chunk, at: 8) == lastTag else {
                throw .damaged(path, Int(clamping: offset), "a chunk of the snapshot does not follow the one before it")
            }
            lastTag = JournalTag(chunk, at: chunk.count - JournalTag.byteCount)
            let isWhole: Bool
            do {
                isWhole = try SnapshotChunk.visit(chunk, visit)
            } catch {
                throw .damaged(path, Int(clamping: offset), "a chunk of the snapshot verifies but is refused: \(error)")
            }
            guard isWhole else {
                throw .damaged(path, Int(clamping: offset), "the lengths in a chunk of the snapshot are impossible")
            }
            offset += UInt64(chunk.count)
        }
        let file = file
        let size = try starting { () throws(StorageError) in try file.size() }
        guard lastTag == header.lastTag, offset == header.fileBytes, size == offset else {
            throw .damaged(path, Int(clamping: offset), "the snapshot does not end where its header says")
        }
    }

    private mutating func readChunk(at offset: UInt64) throws(JournalError) -> UnsafeRawBufferPointer {
        let file = file
        let first = buffer
        var count = try starting { () throws(StorageError) in try file.read(into: first, at: offset) }
        let length =
            count >= SnapshotChunk.leastBytes ? Int(UnsafeRawBufferPointer(buffer).number(at: 0, as: UInt32.self)) : 0
        guard (SnapshotChunk.leastBytes...Limits.snapshotChunkReadBytes).contains(length) else {
            throw .damaged(path, Int(clamping: offset), "no chunk of a snapshot: its length is impossible")
        }
        if length > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: length, alignment: 16)
            let larger = buffer
            count = try starting { () throws(StorageError) in try file.read(into: larger, at: offset) }
        }
        guard length <= count else {
            throw .damaged(path, Int(clamping: offset), "a chunk ends beyond the end of the snapshot")
        }
        let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<length])
        let tagOffset = length - JournalTag.byteCount
        let tag = folder.tagger.tag(
            segment: header.beginSequence, offset: Int(clamping: offset),
            UnsafeRawBufferPointer(rebasing: chunk[..<tagOffset]))
        guard JournalTag(chunk, at: tagOffset) == tag else {
            throw .damaged(path, Int(clamping: offset), "a chunk of the snapshot does not verify")
        }
        return chunk
    }
}
