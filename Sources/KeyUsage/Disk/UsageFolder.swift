// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// What a start finds in the usage log's directory.
enum UsageFolder {
    struct Found {
        var segments: [UsageDisk.Segment]
        /// Behind the last sequence that a segment has; 1 when there is none.
        var nextSequence: UInt64
        var reservation: UsageReservation
    }

    /// Makes the directory if need be. Only the last segment is read as a whole: what is torn at its end is left there
    /// and never read, because the next event begins a new one.
    static func read(_ storage: any Storage, _ folder: String) throws(StorageError) -> Found {
        if try storage.status(folder) == nil {
            try storage.createDirectory(folder, mode: 0o700)
            let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            try storage.syncDirectory(parent.joined(separator: "/"))
        }
        var segments: [UsageDisk.Segment] = []
        for name in try storage.list(folder) {
            guard let first = UsageSegmentHeader.firstSequence(name) else { continue }
            let path = folder + "/" + name
            let bytes = try storage.open(path, .reading).read(UsageSegmentHeader.byteCount, at: 0)
            // A damaged one is kept as long as its neighbours, and read as a gap.
            let time = UsageSegmentHeader(bytes)?.time ?? segments.last?.time ?? Timestamp(nanoseconds: .min)
            segments.append(
                UsageDisk.Segment(
                    path: path, firstSequence: first, time: time, endTime: time,
                    bytes: try storage.status(path)?.size ?? 0))
        }
        for index in segments.indices.dropLast() { segments[index].endTime = segments[index + 1].time }
        let next = try settleEnd(of: &segments, storage)
        return Found(
            segments: segments, nextSequence: next, reservation: try UsageReservation(storage, folder: folder))
    }

    /// Behind the last sequence that can be read; 1 when there is none. A segment at the end without any is set aside,
    /// so that the next one may have its numbers.
    private static func settleEnd(
        of segments: inout [UsageDisk.Segment], _ storage: any Storage
    ) throws(StorageError) -> UInt64 {
        while var last = segments.popLast() {
            let stretch = UsageStretch(
                storage: storage, path: last.path, firstSequence: last.firstSequence, nextSequence: .max,
                end: last.bytes)
            let reader = try? UsageSegmentReader(stretch)
            var next = last.firstSequence
            while let (frame, _) = reader?.next(before: last.bytes) {
                next = frame.nextSequence
                last.endTime = frame.time
            }
            if next > last.firstSequence {
                segments.append(last)
                return next
            }
            if last.bytes > UInt64(UsageSegmentHeader.byteCount) {
                try storage.rename(last.path, to: last.path + ".damaged")
            } else {
                try storage.remove(last.path)
            }
        }
        return 1
    }
}
