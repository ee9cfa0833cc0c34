// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import KeyModel

/// The machine's clocks.
package struct SystemClock: WallClock {
    package init() {}

    package func wallTime() -> Timestamp { Timestamp(nanoseconds: nanoseconds(CLOCK_REALTIME)) }

    package func timeSinceBoot() -> TimeSpan { TimeSpan(nanoseconds: nanoseconds(CLOCK_BOOTTIME)) }

    /// Neither clock can fail, nor leave the range before the year 2262.
    private func nanoseconds(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
