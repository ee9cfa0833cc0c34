// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A length of time as people write it: `30d`, `4h`, `15m`, `10s`, `250ms`, `1h30m`, `0`.
struct HumanDuration: Equatable {
    let span: TimeSpan

    init(_ span: TimeSpan) {
        self.span = span
    }

    /// Nanoseconds, the longest first.
    private static let units: [(name: String, word: String, nanoseconds: Int64)] = [
        ("w", "week", 604_800_000_000_000),
        ("d", "day", 86_400_000_000_000),
        ("h", "hour", 3_600_000_000_000),
        ("m", "minute", 60_000_000_000),
        ("s", "second", 1_000_000_000),
        ("ms", "millisecond", 1_000_000),
    ]

    /// As a message says it, to the nearest of one unit: "365 days", "4 hours", "1 second".
    static func words(for span: TimeSpan) -> String {
        let (count, unit) = rounded(span)
        return "\(count) \(units[unit].word)\(count == 1 ? "" : "s")"
    }

    /// Likewise, as it is written: "365d", "4h", "1s".
    static func short(_ span: TimeSpan) -> String {
        let (count, unit) = rounded(span)
        return "\(count)\(units[unit].name)"
    }

    private static func rounded(_ span: TimeSpan) -> (count: Int64, unit: Int) {
        let length = Int64(clamping: span.nanoseconds.magnitude)
        // A unit is used from nearly two of it on, so that 90 minutes are not an hour; weeks never are.
        let unit =
            (1...3).first { length >= 2 * units[$0].nanoseconds - units[$0].nanoseconds / 4 }
            ?? (length >= 1_000_000_000 ? 4 : 5)
        let size = units[unit].nanoseconds
        return (length / size + (length % size >= size / 2 ? 1 : 0), unit)
    }
}

extension HumanDuration: ExpressibleByArgument {
    init?(argument: String) {
        if argument == "0" {
            self.init(.zero)
            return
        }
        var total: Int64 = 0
        var rest = argument[...]
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...]
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            guard let count = Int64(digits), let unit = Self.units.first(where: { $0.name == name }) else { return nil }
            let (part, tooBig) = count.multipliedReportingOverflow(by: unit.nanoseconds)
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !tooBig, !overflow else { return nil }
            total = sum
        }
        guard !argument.isEmpty else { return nil }
        self.init(TimeSpan(nanoseconds: total))
    }

    /// As it is written, in the longest unit that is a whole number of it; never weeks.
    var defaultValueDescription: String {
        let length = span.nanoseconds
        if length == 0 { return "0" }
        let unit = Self.units.dropFirst().first { length % $0.nanoseconds == 0 } ?? Self.units[Self.units.count - 1]
        return "\(length / unit.nanoseconds)\(unit.name)"
    }
}

/// A length of time where a bare number can only mean seconds: `10`, `2.5`, `1m`.
struct Seconds: Equatable, ExpressibleByArgument {
    let span: TimeSpan

    init(_ seconds: Int64) {
        span = .seconds(seconds)
    }

    init?(argument: String) {
        if let seconds = Double(argument) {
            guard seconds >= 0, seconds <= 1e9 else { return nil }
            span = TimeSpan(nanoseconds: Int64(seconds * 1e9))
        } else {
            guard let duration = HumanDuration(argument: argument) else { return nil }
            span = duration.span
        }
    }

    var duration: Duration { .nanoseconds(span.nanoseconds) }
    var defaultValueDescription: String { "\(span.nanoseconds / 1_000_000_000)s" }
}
