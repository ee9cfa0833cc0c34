// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

extension Timestamp {
    /// The time of day, for telling how far away another time is.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanos: Int32(time.tv_nsec)) ?? Timestamp(nanoseconds: 0)
    }

    /// "2027-01-31T12:00:00Z (in 71 days)".
    func text(from now: Timestamp) -> String {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        if overflow { return RFC3339.text(self) }
        let words = HumanDuration.words(for: TimeSpan(nanoseconds: difference))
        let isNow = difference.magnitude < 1_000_000_000
        return RFC3339.text(self) + (isNow ? " (now)" : difference < 0 ? " (\(words) ago)" : " (in \(words))")
    }
}
