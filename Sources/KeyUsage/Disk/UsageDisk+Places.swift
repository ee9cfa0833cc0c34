// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Where in the segments a sequence is.
extension UsageDisk {
    enum Place {
        case stretch(UsageStretch)
        /// It and those before `next` are kept no more.
        case notKept(next: UInt64)
    }

    /// The first sequence that is kept; `nil` when none is.
    var firstSequence: UInt64? { segments.first?.firstSequence }

    /// Behind the last sequence that a segment has.
    var end: UInt64 { segments.isEmpty ? 0 : writtenNext }

    /// `nil` when it is in no segment and none before it was removed.
    func place(of sequence: UInt64) -> Place? {
        guard let first = segments.first?.firstSequence else { return nil }
        if sequence < first { return .notKept(next: first) }
        guard sequence < writtenNext, let index = segments.lastIndex(where: { $0.firstSequence <= sequence })
        else { return nil }
        let segment = segments[index]
        let next = index + 1 < segments.count ? segments[index + 1].firstSequence : writtenNext
        return .stretch(
            UsageStretch(
                storage: storage, path: segment.path, firstSequence: segment.firstSequence, nextSequence: next,
                end: segment.bytes))
    }

    /// A sequence before everything that happened at `time` or later; not the last such.
    func sequence(before time: Timestamp) -> UInt64? {
        // Event loops bring their events one behind the other, so a later one may stand in front of an earlier.
        let safe = time.advanced(by: .milliseconds(-Limits.usageSyncMilliseconds))
        return segments.last { $0.time <= safe }?.firstSequence ?? firstSequence
    }
}
