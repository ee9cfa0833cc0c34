// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Base 62 with the digits 0-9A-Za-z, most significant first.
public enum Base62 {
    public static let digits: [UInt8] = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Whether every byte is a digit. Sixteen at a time: every token that is presented comes through here.
    public static func allDigits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while bytes.count - offset >= 16 {
            let chunk = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
            let isNumber = (chunk &- 0x30) .< 10
            let isLetter = ((chunk | 0x20) &- 0x61) .< 26
            if !all(isNumber .| isLetter) { return false }
            offset += 16
        }
        while offset < bytes.count {
            guard bytes[offset] &- 0x30 < 10 || (bytes[offset] | 0x20) &- 0x61 < 26 else { return false }
            offset += 1
        }
        return true
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
