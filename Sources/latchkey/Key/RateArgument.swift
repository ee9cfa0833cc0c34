// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A rate limit as the command line writes it, and as a key's record shows it: `100/1m`, `10/s:50`. Behind the colon:
/// how many may come at once, when that is another number.
enum RateArgument {
    static func parse(_ text: String) throws(ValidationError) -> RateLimit {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let rate = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, rate.count == 2, let requests = number(rate[0]) else {
            throw ValidationError("write N/PERIOD or N/PERIOD:BURST, for example 100/1m or 10/1s:50")
        }
        // "10/s" is short for "10/1s".
        let period = HumanDuration(argument: rate[1].first?.isLetter == true ? "1\(rate[1])" : String(rate[1]))
        let nanoseconds = period?.span.nanoseconds ?? 0
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest == 0, let seconds = UInt32(exactly: seconds), (1...Limits.ratePeriodSeconds).contains(seconds) else {
            throw ValidationError("its period is 1s to 1d in whole seconds, for example 1s, 1m or 1h")
        }
        guard parts.count == 2 else { return RateLimit(requests: requests, perSeconds: seconds) }
        guard let burst = number(parts[1]), burst > 0 else {
            throw ValidationError(
                "its burst is 1 to \(Limits.rateRequests); leave it and its colon out for \(requests)")
        }
        return RateLimit(requests: requests, perSeconds: seconds, burst: burst)
    }

    static func text(_ limit: RateLimit) -> String {
        let period = HumanDuration(.seconds(Int64(limit.perSeconds))).defaultValueDescription
        let isPlain = limit.burst == 0 || limit.burst == limit.requests
        return "\(limit.requests)/\(period)" + (isPlain ? "" : ":\(limit.burst)")
    }

    private static func number(_ text: Substring) -> UInt32? {
        text.allSatisfy { ("0"..."9").contains($0) } ? UInt32(text) : nil
    }
}
