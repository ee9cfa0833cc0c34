// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them: 1,234,567.
enum Grouped {
    static func text(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// "1 key", "1,234 keys".
    static func count(_ number: some BinaryInteger, _ thing: String) -> String {
        "\(text(number)) \(thing)\(number == 1 ? "" : "s")"
    }

    /// A sequence number at the right of a column that is wide enough for a hundred million of them.
    static func aligned(_ sequence: UInt64) -> String {
        let digits = "\(sequence)"
        return String(repeating: " ", count: max(0, 8 - digits.count)) + digits
    }

    /// Nanoseconds in the unit that suits them, with three digits or so.
    static func time(nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case 0..<1_000: "\(nanoseconds) ns"
        case 1_000..<1_000_000: "\(decimals(Double(nanoseconds) / 1e3)) µs"
        case 1_000_000..<1_000_000_000: "\(decimals(Double(nanoseconds) / 1e6)) ms"
        default: "\(decimals(Double(nanoseconds) / 1e9)) s"
        }
    }

    /// One decimal below 100, none above.
    static func decimals(_ value: Double) -> String {
        value >= 100 ? "\(Int(value.rounded()))" : "\((value * 10).rounded() / 10)"
    }
}
