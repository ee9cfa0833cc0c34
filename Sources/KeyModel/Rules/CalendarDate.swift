// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, as an API version names it (R16).
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 20261121 for 2026-11-21: dates compare as these numbers do.
    public let number: UInt32

    /// A number that is a date of the calendar.
    public init?(number: UInt32) {
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        self.number = number
    }

    /// YYYY-MM-DD and nothing else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        var number: UInt32 = 0
        for index in [0, 1, 2, 3, 5, 6, 8, 9] {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + UInt32(digit)
        }
        self.init(number: number)
    }

    public var description: String {
        let digits = String(number)
        let text = String(repeating: "0", count: 8 - digits.count) + digits
        return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    }

    public static func < (one: Self, other: Self) -> Bool { one.number < other.number }

    private static func days(in month: UInt32, of year: UInt32) -> UInt32 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
