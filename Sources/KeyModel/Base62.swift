// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Base 62 with the digits 0-9A-Za-z, most significant first.
public enum Base62 {
    public static let digits: [UInt8] = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Whether every byte is a digit.
    @inlinable
    public static func allDigits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var good = true
        for byte in bytes {
            let isNumber = byte &- 0x30 < 10
            let isLetter = (byte | 0x20) &- 0x61 < 26
            good = good && (isNumber || isLetter)
        }
        return good
    }

    /// A digit's value, 0 to 61; anything else gives a value that no caller may use.
    @inlinable
    static func value(_ digit: UInt8) -> UInt64 {
        if digit < 0x3A { return UInt64(digit &- 0x30) }
        if digit < 0x5B { return UInt64(digit &- 0x41 &+ 10) }
        return UInt64(digit &- 0x61 &+ 36)
    }

    /// `value` in exactly `width` digits, left-padded with `0`. What does not fit is cut at the left.
    public static func encode(_ value: UInt64, width: Int) -> [UInt8] {
        var out = [UInt8](repeating: digits[0], count: width)
        var rest = value
        for index in stride(from: width - 1, through: 0, by: -1) {
            out[index] = digits[Int(rest % 62)]
            rest /= 62
        }
        return out
    }
}
