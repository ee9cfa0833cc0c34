// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// What a start finds in a series's directory.
enum UsageFolder {
    struct Found {
        var segments: [UsageSeries.Segment]
        /// Behind the last sequence of the series that can be read, or where that which cannot begins; `nil` when there
        /// is no segment.
        var end: UInt64?
        /// What the last segment has frames for, in order.
        var tail: [Range<UInt64>] = []
    }

    /// Makes the directory if need be. Only the last segment is read as a whole: what is torn at its end is left there
    /// and never read, because the next event begins a new one.
    static func read(_ storage: any Storage, _ folder: String) throws(StorageError) -> Found {
        if try storage.status(folder) == nil { try storage.createDirectory(folder, mode: 0o700) }
        // Also when it was there: whoever made it may have been killed, or have failed, before it was durable.
        let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        try storage.syncDirectory(parent.joined(separator: "/"))
        var segments: [UsageSeries.Segment] = []
        for name in try storage.list(folder) {
            guard let first = UsageSegmentHeader.firstSequence(name) else { continue }
            let path = folder + "/" + name
            let bytes = try storage.open(path, .reading).read(UsageSegmentHeader.byteCount, at: 0)
            // A damaged one is kept as long as its neighbours, and read as a gap.
            let time = UsageSegmentHeader(bytes)?.time ?? segments.last?.time ?? Timestamp(nanoseconds: .min)
            segments.append(
                UsageSeries.Segment(
                    path: path, firstSequence: first, time: time, endTime: time,
                    bytes: try storage.status(path)?.size ?? 0))
        }
        for index in segments.indices.dropLast() {
            segments[index].endTime = max(segments[index].time, segments[index + 1].time)
        }
        var found = Found(segments: segments)
        try settleEnd(of: &found, storage)
        return found
    }

    /// Finds where the series ends. A segment at the end of which nothing can be read is set aside, so that the next
    /// one may have its numbers.
    private static func settleEnd(of found: inout Found, _ storage: any Storage) throws(StorageError) {
        while var last = found.segments.popLast() {
            let part = UsageStretch.Part(
                storage: storage, path: last.path, firstSequence: last.firstSequence, end: last.bytes)
            let reader = try? UsageSegmentReader(part)
            while let (frame, _) = reader?.next(before: last.bytes) {
                last.endTime = max(last.endTime, frame.time)
                if let range = found.tail.last, range.upperBound == frame.firstSequence {
                    found.tail[found.tail.count - 1] = range.lowerBound..<frame.nextSequence
                } else {
                    found.tail.append(frame.firstSequence..<frame.nextSequence)
                }
            }
            found.end = found.tail.last?.upperBound ?? last.firstSequence
            if !found.tail.isEmpty { return found.segments.append(last) }
            if last.bytes > UInt64(UsageSegmentHeader.byteCount) {
                try storage.rename(last.path, to: last.path + ".damaged")
            } else {
                try storage.remove(last.path)
            }
        }
    }
}
