// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A rate limit in nanoseconds: the pure part of the generic cell rate algorithm (ITU-T I.371, annex A; its virtual
/// scheduling form).
///
/// What is kept is the time when the limit would be unused again if nothing more came. Every use moves it by one
/// interval, and may not move it further than the burst's from now. The interval is the period divided by the requests,
/// rounded up: a key never gets more than its limit, and up to 1 ns a request less.
struct RatePace: Sendable, Equatable {
    let intervalNanoseconds: Int64
    /// What the burst takes: how far ahead of now the kept time may be.
    let burstNanoseconds: Int64

    enum Decision: Equatable {
        /// It counts: keep this time.
        case allowed(Int64)
        /// Nothing was used. Earlier than after this much, in whole milliseconds, the next one is denied too.
        case denied(retryAfter: TimeSpan)
    }

    /// What is written down was checked when it was set; held to the bounds again, so that nothing here can overflow.
    init(_ limit: RateLimit) {
        let requests = Int64(max(1, limit.requests))
        // At most 2^32 seconds: less than 2^62 ns, a sum with `requests` included.
        let interval = (Int64(limit.perSeconds) * 1_000_000_000 + requests - 1) / requests
        let longest = Limits.longestSpan.nanoseconds
        intervalNanoseconds = min(max(1, interval), longest)
        let burst = Int64(limit.burst == 0 ? max(1, limit.requests) : limit.burst)
        let (product, overflow) = intervalNanoseconds.multipliedReportingOverflow(by: burst)
        burstNanoseconds = overflow ? longest : min(product, longest)
    }

    func decide(stored: Int64, at now: Timestamp) -> Decision {
        // Everything is held to the ends of the range: a clock that has gone astray must not end the program.
        func sum(_ one: Int64, _ other: Int64) -> Int64 {
            let (sum, overflow) = one.addingReportingOverflow(other)
            return overflow ? .max : sum
        }
        let latest = sum(now.nanoseconds, burstNanoseconds)
        var due = max(stored, now.nanoseconds)
        if due > sum(latest, Limits.rateClockMilliseconds * 1_000_000) {
            // No use can have led there: the clock was set back. Whatever was used counts as the whole burst but this.
            due = latest - intervalNanoseconds
        }
        let next = sum(due, intervalNanoseconds)
        if next <= latest { return .allowed(next) }
        // At most one interval and the second that clocks may differ by.
        let wait = next - latest
        return .denied(retryAfter: .milliseconds(wait / 1_000_000 + (wait % 1_000_000 == 0 ? 0 : 1)))
    }
}
