// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import KeyJournal
package import KeyModel

/// The usage log's directory: segments, the oldest first, and the one that is being written. Used by the log's actor.
///
/// Nothing here ever fails to its caller. What cannot be written is remembered as a gap, tried again every second with
/// a new segment, and said once.
///
///     usage/
///         RESERVED                    which sequences may have been given (UsageReservation)
///         00000000000000000001.log    a segment (UsageSegmentHeader), named after its first sequence
package final class UsageDisk {
    struct Segment {
        let path: String
        let firstSequence: UInt64
        let time: Timestamp
        /// Of its last frame.
        var endTime: Timestamp
        var bytes: UInt64
    }

    struct Missing {
        let first: UInt64
        var next: UInt64
        let reason: UsageGapReason
    }

    let storage: any Storage
    let folder: String
    let retention: UsageRetention
    private let now: @Sendable () -> Timestamp
    private let tell: @Sendable (StorageError?) -> Void
    private var reservation: UsageReservation?
    private var isClosed = false
    var segments: [Segment] = []
    /// Behind the last sequence that is written.
    private(set) var writtenNext: UInt64 = 1
    private var current: (file: any StorageFile, end: UInt64)?
    private var batch = UsageBatch()
    /// To be said at the beginning of the next segment.
    private var missing: [Missing] = []
    private var isUnsynced = false
    private var isFailing = false
    private var retryTime = Timestamp(nanoseconds: .min)

    /// - Parameters:
    ///   - path: The data directory.
    ///   - now: The store's time.
    ///   - tell: Told why when it cannot write, and `nil` when it can again.
    package init(
        storage: any Storage, path: String, retention: UsageRetention = UsageRetention(),
        now: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (StorageError?) -> Void = { _ in }
    ) {
        self.storage = storage
        folder = path + "/usage"
        self.retention = retention
        self.now = now
        self.tell = tell
    }

    /// Finds what there is. Returns where numbers go on, and whether some were left out; `nil` when that cannot be
    /// told, so that none may be given.
    func open() -> (nextSequence: UInt64, missing: Missing?)? {
        if reservation != nil || isClosed { return nil }
        do throws(StorageError) {
            let found = try UsageFolder.read(storage, folder)
            segments = found.segments
            writtenNext = found.nextSequence
            let reserved = found.reservation.end
            let next =
                reserved > 0
                ? max(reserved, writtenNext)
                : segments.isEmpty ? 1 : writtenNext + Limits.usageLostReservation
            if next > writtenNext, !segments.isEmpty {
                missing = [Missing(first: writtenNext, next: next, reason: .restarted)]
            }
            reservation = found.reservation
            applyRetention()
            return (next, missing.first)
        } catch {
            fail(error)
            return nil
        }
    }

    /// Makes it durable that sequences before `next` may be given. When it returns false, none may be.
    func reserve(before next: UInt64) -> Bool {
        guard !isClosed, var reservation else { return false }
        if next <= reservation.end { return true }
        if isFailing, now() < retryTime { return false }
        do throws(StorageError) {
            try reservation.set(next + Limits.usageReservedSequences)
            self.reservation = reservation
            return true
        } catch {
            self.reservation = reservation
            fail(error)
            return false
        }
    }

    // MARK: Writing

    func append(_ entries: UnsafeRawBufferPointer, from first: UInt64, epoch: UInt64) {
        batch.append(entries, from: first, epoch: epoch)
    }

    func append(gapFrom first: UInt64, count: UInt64, _ reason: UsageGapReason) {
        batch.append(gapFrom: first, count: count, reason, at: now())
    }

    /// Writes what was appended.
    func flush() {
        guard let whole = batch.take() else { return }
        if isFailing, now() < retryTime { return lose(whole) }
        do throws(StorageError) {
            try write(whole)
            if isFailing {
                isFailing = false
                tell(nil)
            }
        } catch {
            abandon()
            fail(error)
            lose(whole)
        }
        batch.reuse(whole)
    }

    private func write(_ whole: UsageBatch.Whole) throws(StorageError) {
        let count = UInt64(whole.bytes.count)
        guard try storage.availableBytes(folder) >= Limits.usageLeastFreeBytes + count else {
            throw StorageError("write", folder, code: ENOSPC)
        }
        if let current, let segment = segments.last,
            current.end + count > retention.segmentBytes
                || whole.time > segment.time.advanced(by: retention.segmentSpan)
        {
            closeSegment()
        }
        if current == nil { current = try makeSegment(whole) }
        guard let (file, end) = current else { return }
        try file.write(whole.bytes, at: end)
        current = (file, end + count)
        writtenNext = whole.nextSequence
        segments[segments.count - 1].bytes = end + count
        segments[segments.count - 1].endTime = whole.time
        isUnsynced = true
    }

    /// Makes a segment that begins with what is missing.
    private func makeSegment(_ whole: UsageBatch.Whole) throws(StorageError) -> (file: any StorageFile, end: UInt64) {
        applyRetention()
        let header = UsageSegmentHeader(
            firstSequence: missing.first?.first ?? whole.firstSequence, time: whole.time)
        let path = folder + "/" + UsageSegmentHeader.name(header.firstSequence)
        var bytes = header.bytes
        for gap in missing {
            let frame = UsageFrame(gap: gap.first, count: gap.next - gap.first, at: whole.time, gap.reason)
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: UsageFrame.headerBytes))
            frame.seal(&bytes, at: start)
        }
        // Left by an attempt that failed, or by a start that found nothing whole in it.
        if try storage.status(path) != nil { try storage.remove(path) }
        let file = try storage.open(path, .creating(mode: 0o600))
        segments.append(
            Segment(
                path: path, firstSequence: header.firstSequence, time: whole.time, endTime: whole.time, bytes: 0))
        current = (file, 0)
        try file.write(bytes, at: 0)
        segments[segments.count - 1].bytes = UInt64(bytes.count)
        if let last = missing.last { writtenNext = last.next }
        missing = []
        try storage.syncDirectory(folder)
        return (file, UInt64(bytes.count))
    }

    /// A file that a write or sync failed on is not written to again.
    private func abandon() {
        guard let (file, end) = current, let segment = segments.last else { return }
        current = nil
        isUnsynced = false
        if segment.bytes <= UInt64(UsageSegmentHeader.byteCount) {
            segments.removeLast()
            try? storage.remove(segment.path)
        } else {
            try? file.truncate(to: max(end, segment.bytes))
        }
    }

    private func lose(_ whole: UsageBatch.Whole) {
        if let last = missing.last, last.reason == .notWritten, last.next == whole.firstSequence {
            missing[missing.count - 1].next = whole.nextSequence
        } else {
            missing.append(
                Missing(first: whole.firstSequence, next: whole.nextSequence, reason: .notWritten))
        }
    }

    private func fail(_ error: StorageError) {
        retryTime = now().advanced(by: .milliseconds(Limits.usageSyncMilliseconds))
        if !isFailing { tell(error) }
        isFailing = true
    }

    // MARK: Once a second

    /// Makes durable what was written, and lets go what is too old.
    func keep() {
        // Then the directory may be another process's.
        if isClosed { return }
        sync()
        if let segment = segments.last, current != nil, now() > segment.time.advanced(by: retention.segmentSpan) {
            current = nil
        }
        applyRetention()
    }

    private func sync() {
        guard isUnsynced, let file = current?.file else { return }
        isUnsynced = false
        do throws(StorageError) {
            try file.sync()
        } catch {
            abandon()
            fail(error)
        }
    }

    private func closeSegment() {
        sync()
        current = nil
    }

    /// The last thing: numbers go on at `nextSequence` without a gap.
    func close(at nextSequence: UInt64) {
        flush()
        closeSegment()
        if var reservation, !isClosed, reservation.end > 0, reservation.end != nextSequence, missing.isEmpty {
            do throws(StorageError) {
                try reservation.set(nextSequence)
            } catch {
                fail(error)
            }
        }
        isClosed = true
    }

    private func applyRetention() {
        let oldest = now().advanced(by: TimeSpan(nanoseconds: -retention.span.nanoseconds))
        var total = segments.reduce(0) { $0 + $1.bytes }
        var removed = 0
        for (index, segment) in segments.enumerated() {
            let isOpen = index == segments.count - 1 && current != nil
            guard !isOpen, total > retention.bytes - retention.segmentBytes || segment.endTime < oldest else { break }
            // One that is not there is as good as removed; any other failure is tried again.
            do throws(StorageError) {
                try storage.remove(segment.path)
            } catch {
                if error.code != ENOENT { break }
            }
            total -= segment.bytes
            removed += 1
        }
        segments.removeFirst(removed)
    }
}
