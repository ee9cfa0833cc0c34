// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal
internal import KeyModel

/// Writing frames into segments.
extension UsageSeries {
    /// Writes what was appended.
    func flush() throws(StorageError) {
        guard let whole = batch.take() else { return }
        defer { batch.reuse(whole) }
        do throws(StorageError) {
            try write(whole)
        } catch {
            abandon()
            lose(whole)
            throw error
        }
    }

    /// Does not try to.
    func skip() {
        if let whole = batch.take() { lose(whole) }
    }

    private func write(_ whole: UsageBatch.Whole) throws(StorageError) {
        try requireSpace(whole.bytes.count)
        var rest = whole.parts[...]
        while let first = rest.first {
            if let current, let segment = segments.last,
                current.end + UInt64(first.bytes.count) > retention.segmentBytes
                    || first.time > segment.time.advanced(by: retention.segmentSpan)
            {
                try closeSegment()
            }
            if current == nil { try makeSegment(first.firstSequence, at: first.time) }
            guard let (file, end) = current else { return }
            // As many frames as it has room for, and one that is too large for any.
            let room = Int(retention.segmentBytes) - Int(end)
            let fitting = rest.prefix { $0.bytes.upperBound - first.bytes.lowerBound <= room }
            let last = fitting.last ?? first
            try whole.bytes.withRawBytes { raw throws(StorageError) in
                let bytes = raw[first.bytes.lowerBound..<last.bytes.upperBound]
                try file.write(UnsafeRawBufferPointer(rebasing: bytes), at: end)
            }
            let newEnd = end + UInt64(last.bytes.upperBound - first.bytes.lowerBound)
            current = (file, newEnd)
            writtenNext = last.nextSequence
            segments[segments.count - 1].bytes = newEnd
            segments[segments.count - 1].endTime = last.time
            isUnsynced = true
            rest = rest.dropFirst(max(fitting.count, 1))
        }
    }

    func requireSpace(_ count: Int) throws(StorageError) {
        guard try storage.availableBytes(folder) >= Limits.usageLeastFreeBytes + UInt64(count) else {
            throw StorageError("write", folder, code: ENOSPC)
        }
    }

    /// Makes a segment that begins with what is missing.
    func makeSegment(_ first: UInt64, at time: Timestamp) throws(StorageError) {
        applyRetention()
        // What is torn or lost at the end of the last segment lies behind `writtenNext`: nobody looks for that there.
        let start = missing.first.map { segments.isEmpty ? $0.first : min(writtenNext, $0.first) } ?? first
        let header = UsageSegmentHeader(firstSequence: start, time: time)
        let path = folder + "/" + UsageSegmentHeader.name(header.firstSequence)
        var bytes = header.bytes
        for gap in missing {
            let frame = UsageFrame(gap: gap.first, count: gap.next - gap.first, at: time, gap.reason)
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: UsageFrame.headerBytes))
            frame.seal(&bytes, at: start)
        }
        // Left by an attempt that failed, or by a start that found nothing whole in it.
        if try storage.status(path) != nil { try storage.remove(path) }
        let file = try storage.open(path, .creating(mode: 0o600))
        segments.append(
            Segment(path: path, firstSequence: header.firstSequence, time: time, endTime: time, bytes: 0))
        current = (file, 0)
        try file.write(bytes, at: 0)
        current = (file, UInt64(bytes.count))
        segments[segments.count - 1].bytes = UInt64(bytes.count)
        if let last = missing.last { writtenNext = last.next }
        missing = []
        isUnsynced = true
        try storage.syncDirectory(folder)
        isRemovalUnsynced = false
    }

    /// A file that a write or sync failed on is not written to again.
    func abandon() {
        guard let (file, end) = current, let segment = segments.last else { return }
        current = nil
        isUnsynced = false
        if segment.bytes <= UInt64(UsageSegmentHeader.byteCount) {
            segments.removeLast()
            try? storage.remove(segment.path)
        } else {
            try? file.truncate(to: max(end, segment.bytes))
            // Nobody syncs it later, and what it has is good.
            try? file.sync()
        }
    }

    /// Of what was to be written, what was not. With what is missing already it makes one stretch: what lies between
    /// is the other series's.
    private func lose(_ whole: UsageBatch.Whole) {
        guard let first = whole.parts.first(where: { $0.firstSequence >= writtenNext }),
            let next = whole.parts.last?.nextSequence
        else { return }
        if missing.last?.reason == .notWritten {
            missing[missing.count - 1].next = next
        } else {
            missing.append(UsageMissing(first: first.firstSequence, next: next, reason: .notWritten))
        }
    }
}
