// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// 0-9A-Za-z, by value.
private let digits: [UInt8] = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

/// The number that `bytes` spell (most significant first) in base62, left-padded with `0` to `width` digits, most
/// significant first. 43 digits hold any 32 bytes, since 62^43 > 2^256; of a larger number the low digits are given.
package func base62(_ bytes: [UInt8], width: Int = 43) -> [UInt8] {
    // Divided in place, over and over: at the end nothing of a secret is left in the copy.
    var number = bytes
    var result = [UInt8](repeating: digits[0], count: width)
    for place in result.indices.reversed() {
        var remainder = 0
        for index in number.indices {
            let value = remainder << 8 | Int(number[index])
            number[index] = UInt8(truncatingIfNeeded: value / 62)
            remainder = value % 62
        }
        result[place] = digits[remainder]
    }
    return result
}

/// A base62 character for a uniformly random byte; `nil` for the eight values (248 to 255) that would make some
/// characters likelier than others.
package func base62Character(uniform byte: UInt8) -> UInt8? {
    byte < 248 ? digits[Int(byte) % 62] : nil
}
