// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

extension DataDirectory {
    /// Begins a snapshot of the store, which is at `beginning`. One at a time.
    package func makeSnapshotWriter(
        _ beginning: SnapshotBeginning, chunkBytes: Int = Limits.snapshotChunkBytes
    ) throws(StorageError) -> SnapshotWriter {
        try SnapshotWriter.begin(snapshots, beginning, chunkBytes: chunkBytes)
    }

    /// Removes what there is of a snapshot that will not be finished. Nothing depends on it, so a failure is not worth a
    /// word: the next one tries again.
    package func abandonSnapshot() {
        try? snapshots.removeTemporary()
    }

    /// What may still be written to the disk that the store is on.
    package var availableBytes: UInt64 {
        get throws(StorageError) { try storage.availableBytes(path) }
    }

    /// Keeps the snapshots in `kept`, which have been verified, oldest first, and those alone; moves the segments that
    /// only older ones need to `history`, once there are as many as there should be; and forgets the history that is
    /// older than `span`. Each step can be lost or repeated.
    package func retire(keeping kept: [SnapshotHeader], now: Timestamp, history span: TimeSpan) throws(StorageError) {
        guard let oldest = kept.first, kept.count >= Limits.snapshotsKept else { return }
        try moveToHistory(before: oldest.firstSegment)
        try forgetHistory(before: now.advanced(by: TimeSpan(nanoseconds: -span.nanoseconds)))
        for sequence in try snapshots.snapshots() where !kept.contains(where: { $0.endSequence == sequence }) {
            try storage.remove(snapshots.snapshotPath(sequence))
        }
        try storage.syncDirectory(snapshots.path)
    }

    /// A segment has its new name, durably, before it loses its old one: there is no moment in which it has none.
    private func moveToHistory(before number: UInt64) throws(StorageError) {
        let old = try journal.segments().filter { $0.number < number }
        if old.isEmpty { return }
        let there = Set(try journal.history().map(\.number))
        for segment in old where !there.contains(segment.number) {
            try storage.link(segment.path, to: journal.historyPath(segment.number))
        }
        try storage.syncDirectory(journal.historyPath)
        for segment in old { try storage.remove(segment.path) }
        try storage.syncDirectory(journal.path)
    }

    /// A segment is as old as the last record in it, which is no younger than the next segment.
    private func forgetHistory(before time: Timestamp) throws(StorageError) {
        var removed = false
        let files = try journal.allSegments()
        for (segment, next) in zip(files, files.dropFirst()) where segment.path == journal.historyPath(segment.number) {
            guard let header = try? SegmentHeader.read(next, journal), header.time < time else { break }
            try storage.remove(segment.path)
            removed = true
        }
        if removed { try storage.syncDirectory(journal.historyPath) }
    }
}
