// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Where in the two series a sequence is.
extension UsageDisk {
    enum Place {
        case stretch(UsageStretch)
        /// It and those before `next` are kept no more.
        case notKept(next: UInt64)
    }

    /// The first sequence that is kept; `nil` when none is.
    var firstSequence: UInt64? { series.compactMap { $0.segments.first?.firstSequence }.min() }

    /// Behind the last sequence that a segment has.
    var end: UInt64 { series.map { $0.segments.isEmpty ? 0 : $0.writtenNext }.max() ?? 0 }

    /// `nil` when it is in no segment and none before it was removed.
    func place(of sequence: UInt64) -> Place? {
        guard let first = firstSequence else { return nil }
        if sequence < first { return .notKept(next: first) }
        guard sequence < end else { return nil }
        var (start, next) = (first, end)
        var parts: [UsageStretch.Part] = []
        for series in series {
            if let segment = series.segment(with: sequence, &start, &next) {
                parts.append(
                    UsageStretch.Part(
                        storage: series.storage, path: segment.path, firstSequence: segment.firstSequence,
                        end: segment.bytes))
            }
        }
        // Up to where each series begins, the other may have lost what was in between to its age or its budget.
        let isWhole = series.allSatisfy { ($0.segments.first?.firstSequence ?? .max) <= sequence }
        return .stretch(
            UsageStretch(
                firstSequence: start, nextSequence: next, parts: parts, missing: series.flatMap(\.missing),
                holeReason: isWhole ? UsageGap.damaged : UsageGap.notKept))
    }

    /// A sequence before everything that happened at `time` or later.
    func sequence(before time: Timestamp) -> UInt64? {
        // Event loops bring their events one behind the other, so a later one may stand in front of an earlier.
        let safe = time.advanced(by: .milliseconds(-Limits.usageSyncMilliseconds))
        return series.compactMap { series in
            (series.segments.first { $0.endTime >= safe } ?? series.segments.last)?.firstSequence
        }.min()
    }
}

extension UsageSeries {
    /// The segment that would have it. Moves `start` and `next` so that between them is no other.
    fileprivate func segment(with sequence: UInt64, _ start: inout UInt64, _ next: inout UInt64) -> Segment? {
        // By halves: a small series that shares its numbers with a large one has many.
        var (low, high) = (0, segments.count)
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].firstSequence <= sequence { low = middle + 1 } else { high = middle }
        }
        if low < segments.count { next = min(next, segments[low].firstSequence) }
        guard low > 0 else { return nil }
        if low == segments.count, writtenNext <= sequence {
            start = max(start, writtenNext)
            return nil
        }
        if low == segments.count { next = min(next, writtenNext) }
        start = max(start, segments[low - 1].firstSequence)
        return segments[low - 1]
    }
}
