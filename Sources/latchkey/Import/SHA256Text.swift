// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// A token's SHA-256 as people and programs write it: 64 hexadecimal digits, or base64 of either alphabet.
enum SHA256Text {
    static func bytes(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        let found = bytes.count == 64 ? hexadecimal(bytes) : base64(bytes)
        return found?.count == 32 ? found : nil
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func digest(of token: String) -> [UInt8] {
        Array(token.utf8).withUnsafeBytes { unsafe sha256($0).bytes }
    }

    private static func hexadecimal(_ digits: [UInt8]) -> [UInt8]? {
        let values = digits.compactMap { Character(.init($0)).hexDigitValue }
        guard values.count == digits.count else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }

    /// Of 32 bytes at most.
    static func base64(_ text: [UInt8]) -> [UInt8]? {
        var (bits, count): (UInt32, Int) = (0, 0)
        var bytes: [UInt8] = []
        // What stands for nothing, so that its length is a multiple of four, may be left out.
        guard text.count <= 44 else { return nil }
        for digit in text.count == 44 ? text.dropLast() : text[...] {
            guard let value = value(digit) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count < 8 { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= 1 << count - 1
        }
        return (text.count < 44 || text.last == UInt8(ascii: "=")) && bits == 0 ? bytes : nil
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
