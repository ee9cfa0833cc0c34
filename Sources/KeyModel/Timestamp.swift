// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The range is 1677 to 2262; what comes from outside is held to `Limits.latestTime`.
public struct Timestamp: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// `nil` when `seconds` and `nanos` (0 to 999,999,999) do not make a time in range.
    public init?(seconds: Int64, nanos: Int32) {
        guard (0..<1_000_000_000).contains(nanos) else { return nil }
        // Before 1970, from the end of the second: the range begins within one whose start lies outside.
        let isBefore = seconds < 0
        let (whole, tooBig) = (isBefore ? seconds + 1 : seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = whole.addingReportingOverflow(Int64(nanos) - (isBefore ? 1_000_000_000 : 0))
        guard !tooBig, !overflow else { return nil }
        self.nanoseconds = sum
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// What is left of the second, 0 to 999,999,999.
    public var nanos: Int32 {
        let rest = nanoseconds % 1_000_000_000
        return Int32(rest < 0 ? rest + 1_000_000_000 : rest)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    /// `self` moved by a span, held to the ends of the range instead of overflowing.
    public func advanced(by span: TimeSpan) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Timestamp(nanoseconds: overflow ? (span.nanoseconds < 0 ? .min : .max) : sum)
    }
}

/// A length of time in nanoseconds, up to 292 years, of either sign.
public struct TimeSpan: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = TimeSpan(nanoseconds: 0)

    public static func seconds(_ seconds: Int64) -> TimeSpan { .init(nanoseconds: seconds * 1_000_000_000) }
    public static func milliseconds(_ count: Int64) -> TimeSpan { .init(nanoseconds: count * 1_000_000) }
    public static func hours(_ hours: Int64) -> TimeSpan { .seconds(hours * 3_600) }
    public static func days(_ days: Int64) -> TimeSpan { .seconds(days * 86_400) }

    public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.nanoseconds < b.nanoseconds }
}
