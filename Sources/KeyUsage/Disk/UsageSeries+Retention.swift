// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal
internal import KeyModel

/// What of a series is kept.
extension UsageSeries {
    /// Once a second: makes durable what was written, and lets go what is too old.
    func keep() throws(StorageError) {
        defer { applyRetention() }
        try sync()
        if let segment = segments.last, now() > segment.time.advanced(by: retention.segmentSpan) { try closeSegment() }
    }

    /// Removes the oldest segments, so that one more has room.
    func applyRetention() {
        let oldest = now().advanced(by: TimeSpan(nanoseconds: -retention.span.nanoseconds))
        let closed = segments.dropLast(current == nil ? 0 : 1)
        var total = closed.reduce(0) { $0 + $1.bytes }
        var removed = 0
        for segment in closed {
            guard total > retention.bytes - retention.segmentBytes || segment.endTime < oldest else { break }
            // The one before is gone for certain first, so that no power cut brings back an older one than it takes.
            // One that is not there is as good as removed; any other failure is tried again.
            do throws(StorageError) {
                if isRemovalUnsynced { try storage.syncDirectory(folder) }
                isRemovalUnsynced = false
                try storage.remove(segment.path)
                isRemovalUnsynced = true
            } catch {
                if error.code != ENOENT { break }
            }
            total -= segment.bytes
            removed += 1
        }
        segments.removeFirst(removed)
    }
}
