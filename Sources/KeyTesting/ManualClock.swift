// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import Synchronization

/// A clock that a test sets. The wall clock may be set either way; the time since boot only advances.
package final class ManualClock: WallClock {
    private struct Times {
        var wall: Timestamp
        var boot = TimeSpan.seconds(1_000)
    }

    private let times: Mutex<Times>

    /// Begins at 2026-01-01T00:00:00Z unless told otherwise.
    package init(_ wall: Timestamp = Timestamp(nanoseconds: 1_767_225_600_000_000_000)) {
        times = Mutex(Times(wall: wall))
    }

    package func wallTime() -> Timestamp { times.withLock { $0.wall } }

    package func timeSinceBoot() -> TimeSpan { times.withLock { $0.boot } }

    /// Lets time pass on both clocks; the wall clock runs off by `wallDrift` more (or less).
    package func advance(by span: TimeSpan, wallDrift: TimeSpan = .zero) {
        times.withLock { times in
            times.wall = times.wall.advanced(by: span).advanced(by: wallDrift)
            times.boot.nanoseconds += max(0, span.nanoseconds)
        }
    }

    /// Sets the wall clock, as an operator or NTP would; no time passes.
    package func setWall(_ wall: Timestamp) {
        times.withLock { $0.wall = wall }
    }
}
