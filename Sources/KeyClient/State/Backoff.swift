// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// How long to wait before connecting again: twice as long after each failure, up to a bound, the second half of it
/// at random so that the clients of a server that comes back do not all come at once.
struct Backoff {
    private(set) var failures = 0

    /// Counts a failure and says how long to wait after it.
    mutating func next(random: (Range<Int64>) -> Int64 = { Int64.random(in: $0) }) -> TimeAmount {
        let doublings = min(failures, 20)
        failures += 1
        let whole = min(Limits.clientBackoffFirstMilliseconds << doublings, Limits.clientBackoffLongestMilliseconds)
        return .milliseconds(whole / 2 + random(0..<whole - whole / 2 + 1))
    }

    mutating func reset() {
        failures = 0
    }
}
