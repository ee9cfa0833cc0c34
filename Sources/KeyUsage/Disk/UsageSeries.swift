// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// One of the usage log's two series of segments, the oldest first, and the segment that is being written. The two share
/// one numbering: what one has no event for may be the other's.
///
/// What an operation that throws could not write has become missing: it is said at the beginning of the next segment.
final class UsageSeries {
    struct Segment {
        let path: String
        let firstSequence: UInt64
        let time: Timestamp
        /// Of its last frame.
        var endTime: Timestamp
        var bytes: UInt64
    }

    let storage: any Storage
    let folder: String
    let retention: UsageRetention
    let now: @Sendable () -> Timestamp
    var segments: [Segment] = []
    /// Behind the last sequence of the series that is written.
    var writtenNext: UInt64 = 1
    /// To be said at the beginning of the next segment.
    var missing: [UsageMissing] = []
    var batch: UsageBatch
    var health = UsageHealth()
    /// What the last segment had frames for when it was opened.
    private var tail: [Range<UInt64>] = []
    var current: (file: any StorageFile, end: UInt64)?
    var isUnsynced = false
    /// The removal of a segment may not be durable yet: the last one's, or one of another process that was killed.
    var isRemovalUnsynced = true

    init(
        storage: any Storage, folder: String, retention: UsageRetention, now: @escaping @Sendable () -> Timestamp
    ) {
        self.storage = storage
        self.folder = folder
        self.retention = retention
        batch = UsageBatch(frameBytes: retention.frameBytes)
        self.now = now
    }

    /// Finds what there is; returns where that ends, `nil` when there is nothing.
    func open() throws(StorageError) -> UInt64? {
        let found = try UsageFolder.read(storage, folder)
        (segments, tail, missing) = (found.segments, found.tail, [])
        writtenNext = found.end ?? 1
        return found.end
    }

    /// Numbers go on at `next`: what is missing between the end of this series and there is what the other has not. A
    /// power cut may have taken more of one than of the other. Further back than the other's last segment is not looked:
    /// what is missing there is a hole that no frame explains.
    func restart(at next: UInt64, beside other: UsageSeries) {
        var first = max(writtenNext, other.tail.first?.lowerBound ?? 0)
        for range in other.tail where range.upperBound > first {
            if range.lowerBound > first {
                missing.append(UsageMissing(first: first, next: range.lowerBound, reason: .restarted))
            }
            first = range.upperBound
        }
        if first < next { missing.append(UsageMissing(first: first, next: next, reason: .restarted)) }
    }

    // MARK: Now and then

    /// Makes durable what was written.
    func sync() throws(StorageError) {
        guard isUnsynced, let file = current?.file else { return }
        isUnsynced = false
        do throws(StorageError) {
            try file.sync()
        } catch {
            abandon()
            throw error
        }
    }

    func closeSegment() throws(StorageError) {
        try sync()
        current = nil
    }

    /// The last thing: what is missing is said now, because no segment follows.
    func close() throws(StorageError) {
        try flush()
        if let first = missing.first?.first {
            try closeSegment()
            try requireSpace(0)
            do throws(StorageError) {
                try makeSegment(first, at: now())
            } catch {
                abandon()
                throw error
            }
        }
        try closeSegment()
    }
}
