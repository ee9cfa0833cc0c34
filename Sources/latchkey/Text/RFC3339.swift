// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Times as RFC 3339 writes them, in UTC.
enum RFC3339 {
    /// `digits` of the second's fraction, 0 to 9; what is beyond them is cut off.
    static func text(_ time: Timestamp, digits: Int = 0) -> String {
        let nanos = String(time.nanos)
        let fraction = (String(repeating: "0", count: 9 - nanos.count) + nanos).prefix(digits)
        return CivilTime(secondsSince1970: time.seconds).text(fraction: digits > 0 ? ".\(fraction)" : "")
    }

    /// Reads a time, or a date, which is its first instant in UTC; `nil` when it is neither.
    static func time(_ text: String) -> Timestamp? {
        var scanner = Scanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), let days = dayCount(year: year, month: month, day: day)
        else { return nil }
        if scanner.isAtEnd { return Timestamp(seconds: days * 86_400, nanos: 0) }
        guard scanner.skip("T", "t", " "), let hour = scanner.digits(2), scanner.skip(":"),
            let minute = scanner.digits(2), scanner.skip(":"), let second = scanner.digits(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        guard let nanos = scanner.skip(".") ? scanner.fraction() : 0, let offset = scanner.offset(), scanner.isAtEnd
        else { return nil }
        return Timestamp(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second - offset, nanos: nanos)
    }

    /// Days since 1970, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so
    /// that a leap day is a year's last.
    private static func dayCount(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let count = era * 146_097 + dayOfEra - 719_468
        // The 31st of a shorter month would come back as another day.
        let back = CivilTime(secondsSince1970: count * 86_400)
        return (back.year, back.month, back.day) == (year, month, day) ? count : nil
    }
}

/// Reads a text from left to right.
private struct Scanner {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.utf8.count == count, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        rest = rest.dropFirst(count)
        return Int64(digits)
    }

    /// One of `characters`.
    mutating func skip(_ characters: Character...) -> Bool {
        guard let first = rest.first, characters.contains(first) else { return false }
        rest.removeFirst()
        return true
    }

    /// 1 to 9 digits behind a decimal point, as nanoseconds.
    mutating func fraction() -> Int32? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        return Int32(digits + String(repeating: "0", count: 9 - digits.count))
    }

    /// `Z` or `+01:00`, as seconds.
    mutating func offset() -> Int64? {
        if skip("Z", "z") { return 0 }
        let sign: Int64 = rest.first == "-" ? -1 : 1
        guard skip("+", "-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
