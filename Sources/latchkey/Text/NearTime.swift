// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A time in a column of a table.
enum NearTime {
    /// For a program the time itself, for a person what fits: how far away it is, if that is less than two days, else
    /// the date.
    static func text(_ time: Timestamp?, _ now: Timestamp, _ terminal: Terminal) -> String {
        guard let time else { return "never" }
        guard terminal.columns != nil else { return RFC3339.text(time) }
        let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        let distance = TimeSpan(nanoseconds: Int64(clamping: difference.magnitude))
        guard !overflow, distance < .hours(48) else { return String(RFC3339.text(time).prefix(10)) }
        if distance < .seconds(1) { return "now" }
        let short = HumanDuration.short(distance)
        return difference < 0 ? "\(short) ago" : "in \(short)"
    }

    static func width(_ terminal: Terminal) -> Int { terminal.columns == nil ? 20 : 10 }
}
