// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// Times and spans as the cases write them.
enum TimeText {
    /// "+30d", "-1s", "+100ms".
    static func span(_ text: String) throws -> TimeSpan {
        guard let match = text.wholeMatch(of: /([+-])(\d+)(ms|s|m|h|d)/), let count = Int64(match.2) else {
            throw Mismatch("\(text) is no span of time")
        }
        let unit: TimeSpan =
            switch match.3 {
            case "ms": .milliseconds(1)
            case "s": .seconds(1)
            case "m": .seconds(60)
            case "h": .hours(1)
            default: .days(1)
            }
        return TimeSpan(nanoseconds: (match.1 == "-" ? -count : count) * unit.nanoseconds)
    }

    /// A time of RFC 3339, in UTC, to the nanosecond.
    static func time(_ text: String) throws -> (seconds: Int64, nanos: Int64) {
        let pattern = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z/
        guard let match = text.wholeMatch(of: pattern), let year = Int64(match.1), let month = Int64(match.2),
            let day = Int64(match.3), let hour = Int64(match.4), let minute = Int64(match.5),
            let second = Int64(match.6)
        else { throw Mismatch("\(text) is no time") }
        let days = daysSince1970(year: year, month: month, day: day)
        return (((days * 24 + hour) * 60 + minute) * 60 + second, nanos(match.7.map(String.init) ?? ""))
    }

    static func timestamp(_ text: String) throws -> Timestamp {
        let (seconds, nanos) = try time(text)
        guard let time = Timestamp(seconds: seconds, nanos: Int32(nanos)) else { throw Mismatch("\(text): too far") }
        return time
    }

    static func text(_ time: Timestamp) -> String {
        let digits = String(time.nanos)
        let fraction = "." + String(repeating: "0", count: 9 - digits.count) + digits
        return CivilTime(secondsSince1970: time.seconds).text(fraction: fraction)
    }

    /// "1.5s", as a Duration is written.
    static func duration(_ text: String) throws -> (seconds: Int64, nanos: Int64) {
        guard let match = text.wholeMatch(of: /(-?)(\d+)(?:\.(\d{1,9}))?s/), let seconds = Int64(match.2) else {
            throw Mismatch("\(text) is no duration")
        }
        let sign: Int64 = match.1.isEmpty ? 1 : -1
        return (sign * seconds, sign * nanos(match.3.map(String.init) ?? ""))
    }

    private static func nanos(_ digits: String) -> Int64 {
        Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
    }

    /// By the Gregorian calendar; the year is taken to begin in March, so that a leap day is its last.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
    }
}
