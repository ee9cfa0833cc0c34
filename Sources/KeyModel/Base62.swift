// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Base 62 with the digits 0-9A-Za-z, most significant first.
public enum Base62 {
    public static let digits: [UInt8] = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Whether every byte is a digit. Eight at a time: every token that is presented comes through here.
    public static func allDigits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while bytes.count - offset >= 8 {
            if !allDigits(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) { return false }
            offset += 8
        }
        while offset < bytes.count {
            guard bytes[offset] &- 0x30 < 10 || (bytes[offset] | 0x20) &- 0x61 < 26 else { return false }
            offset += 1
        }
        return true
    }

    /// Whether the eight bytes of a word are digits, all at once. Of a byte below 0x80, adding 0x80 - n sets the high
    /// bit when it is at least n, and no sum reaches into the next byte.
    @inline(__always)
    private static func allDigits(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones &* 0x80
        if word & high != 0 { return false }
        let folded = word | ones &* 0x20
        let isNumber = (word &+ ones &* (0x80 - 0x30)) & ~(word &+ ones &* (0x7F - 0x39))
        let isLetter = (folded &+ ones &* (0x80 - 0x61)) & ~(folded &+ ones &* (0x7F - 0x7A))
        return (isNumber | isLetter) & high == high
    }

    /// A digit's value, 0 to 61; anything else gives a value that no caller may use.
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
