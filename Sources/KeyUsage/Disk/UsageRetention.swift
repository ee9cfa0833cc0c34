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
        self.bytes = max(bytes, Limits.usageLeastBytes)
        self.span = max(span, Limits.usageLeastSpan)
    }

    var segmentBytes: UInt64 { min(Limits.usageSegmentBytes, bytes / 8) }
    var segmentSpan: TimeSpan { TimeSpan(nanoseconds: span.nanoseconds / Limits.usageSegmentsInSpan) }
}
