// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How often a key may be used, as a generic cell rate algorithm (B8).
public struct RateLimit: Sendable, Hashable {
    /// In each period.
    public var requests: UInt32
    public var perSeconds: UInt32
    /// How many may come at once; 0 = as many as `requests`.
    public var burst: UInt32

    public init(requests: UInt32, perSeconds: UInt32, burst: UInt32 = 0) {
        self.requests = requests
        self.perSeconds = perSeconds
        self.burst = burst
    }
}

/// When a rate limit's next use is due: one word, shared by all versions of a key's record.
public final class RateMeter: Sendable {
    /// In nanoseconds since 1970, as `RatePace` reckons it; the earliest there is before the first use.
    private let arrival = Atomic<Int64>(.min)

    public init() {}

    var time: Int64 { arrival.load(ordering: .relaxed) }

    /// Puts `time` in the place of `expected`. Returns what was there: another one has come first if it is not that.
    func exchange(_ expected: Int64, for time: Int64) -> Int64 {
        arrival.compareExchange(expected: expected, desired: time, ordering: .relaxed).original
    }
}
