// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A rate limit as the reference model sees it (B8): a bucket that every use pours one interval into and that runs out as
/// time passes (ITU-T I.371, annex A, the continuous-state form of the algorithm).
struct ModelBucket {
    /// What was in it, in nanoseconds, at the last use.
    private var level: Int64 = 0
    private var lastUse = Timestamp(nanoseconds: 0)

    /// The period divided by the requests, rounded up.
    private static func interval(_ limit: RateLimit) -> Int64 {
        let (quotient, rest) = (Int64(limit.perSeconds) * 1_000_000_000)
            .quotientAndRemainder(dividingBy: Int64(limit.requests))
        return quotient + (rest > 0 ? 1 : 0)
    }

    /// How long one more has to wait; `nil` = it may come now. In whole milliseconds, rounded up.
    func wait(_ limit: RateLimit, at now: Timestamp) -> TimeSpan? {
        let depth = Self.interval(limit) * Int64(limit.burst == 0 ? limit.requests : limit.burst)
        let tooMuch = rest(at: now) + Self.interval(limit) - depth
        return tooMuch > 0 ? .milliseconds((tooMuch + 999_999) / 1_000_000) : nil
    }

    mutating func use(_ limit: RateLimit, at now: Timestamp) {
        level = rest(at: now) + Self.interval(limit)
        lastUse = now
    }

    private func rest(at now: Timestamp) -> Int64 { max(0, level - (now.nanoseconds - lastUse.nanoseconds)) }
}
