// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// How much of the usage log is kept, in whole segments.
package struct UsageRetention: Sendable {
    /// What all segments may take.
    package let bytes: UInt64
    /// How long an event is kept; some are a thirtieth of that longer.
    package let span: TimeSpan

    package init(bytes: UInt64 = Limits.usageBytes, span: TimeSpan = Limits.usageSpan) {
        self.init(part: max(bytes, Limits.usageLeastBytes), max(span, Limits.usageLeastSpan))
    }

    private init(part bytes: UInt64, _ span: TimeSpan) {
        self.bytes = bytes
        self.span = span
    }

    /// Of that, for events that belong to no key: anybody can cause those, and so many as to fill any budget.
    var keyless: UsageRetention { UsageRetention(part: bytes / Limits.usageKeylessShare, span) }

    /// And for all others.
    var keyed: UsageRetention { UsageRetention(part: bytes - bytes / Limits.usageKeylessShare, span) }

    var segmentBytes: UInt64 { min(Limits.usageSegmentBytes, bytes / 8) }
    /// A frame is closed before it grows past this: more than one fits in a segment.
    var frameBytes: Int { min(Limits.usageFrameBytes, Int(segmentBytes / 2)) }
    var segmentSpan: TimeSpan { TimeSpan(nanoseconds: span.nanoseconds / Limits.usageSegmentsInSpan) }
}
