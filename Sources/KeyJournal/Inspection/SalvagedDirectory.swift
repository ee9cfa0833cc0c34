// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The directory that a salvaged store is written into: everything is in place but its one snapshot, and the file that
/// makes it a store.
///
/// It keeps the store's id and key, so that secrets that were handed out go on working, and goes on behind the last
/// sequence, so that no revision is ever given twice. The journal begins with a new, empty segment. The history stays
/// behind in the damaged directory.
package struct SalvagedDirectory {
    package let path: String
    package let keyPath: String
    /// The journal's one segment.
    package let segment: UInt64
    private let layout: DirectoryLayout
    private let folder: SnapshotFolder
    private let identity: [UInt8]
    private let last: (sequence: UInt64, tag: JournalTag)

    /// Makes it; `path` must not exist or be empty. The key is written beside it, if it is not there already.
    package static func make(
        _ path: String, from source: StoreInspection, _ report: SalvageReport
    ) throws(JournalError) -> SalvagedDirectory {
        let layout = try DirectoryLayout(storage: source.layout.storage, path: path, keyPath: nil)
        try layout.makeDirectory()
        try layout.refuseContents()
        try layout.placeKey(source)
        let journal = try layout.journal(source.key, source.identity)
        let last = (sequence: report.lastSequence, tag: report.lastTag)
        let header = SegmentHeader(
            number: report.nextSegment, firstSequence: last.sequence + 1, time: report.lastTime,
            tags: ChainTags(last: last.tag, lastRecord: last.tag), durableSequence: last.sequence,
            storeKeyVersion: source.storeKeyVersion)
        let head = JournalHead(
            segment: header.number, offset: SegmentHeader.byteCount, sequence: last.sequence, time: report.lastTime,
            tag: last.tag)
        try starting { () throws(StorageError) in
            try layout.makeFolders()
            try HeadFile.make(journal, now: report.lastTime, saying: head)
            let spare = try journal.makeSpare(size: SegmentHeader.byteCount)
            try journal.install(spare, header, records: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return SalvagedDirectory(
            path: layout.path, keyPath: layout.keyPath, segment: header.number, layout: layout,
            folder: try layout.snapshots(source.key, source.identity),
            identity: try source.identity.encoded(source.key), last: last)
    }

    /// Writes the snapshot, which gets its records from `append`, and makes the directory a store.
    package func fill(
        beginning: SnapshotBeginning, _ append: (inout SnapshotWriter) throws(StorageError) -> Void
    ) throws(JournalError) {
        var writer = try starting { () throws(StorageError) in
            try SnapshotWriter.begin(folder, beginning, chunkBytes: Limits.snapshotChunkBytes)
        }
        do throws(StorageError) {
            try append(&writer)
        } catch {
            throw .storage(error)
        }
        _ = try writer.finish(endSequence: last.sequence, durable: last)
        try starting { () throws(StorageError) in try layout.writeIdentity(identity) }
        try layout.settle()
    }
}

extension DirectoryLayout {
    fileprivate func refuseContents() throws(JournalError) {
        let names = try starting { () throws(StorageError) in try storage.list(path) }
        guard let first = names.first else { return }
        throw .refused(
            StartRefusal(
                .notEmpty, path + "/" + first, "the directory for the salvaged store is not empty",
                advice: "Name one that does not exist."))
    }

    /// The source's key, unless it is there: another key's file is never replaced.
    fileprivate func placeKey(_ source: StoreInspection) throws(JournalError) {
        let file = StoreKeyFile(storage: storage, path: keyPath)
        if try starting({ () throws(StorageError) in try storage.status(keyPath) }) == nil {
            try file.write(source.key)
            return
        }
        let bytes = try source.identity.encoded(source.key)
        let key = try file.read()
        _ = try bytes.withRawBytes { raw throws(JournalError) in
            try StoreIdentity.decode(raw, file: source.layout.storePath, key: key, keyPath: keyPath)
        }
    }
}
