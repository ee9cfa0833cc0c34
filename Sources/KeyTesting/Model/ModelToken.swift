// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Tokens as the contract draws them.
enum ModelToken {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func isDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    static func isPrefix(_ text: some Collection<UInt8>) -> Bool {
        (1...16).contains(text.count) && text.allSatisfy { isDigit($0) || $0 == 95 }
    }

    static func text(prefix: String, idAndSecret: String) -> String {
        let text = prefix + "_" + idAndSecret
        return text + String(decoding: check(Array(text.utf8)), as: UTF8.self)
    }

    /// The id and the secret in a token; `nil` when it is none: read from the right, as the prefix may hold underscores.
    static func idAndSecret(_ token: String) -> String? {
        let bytes = Array(token.utf8)
        guard bytes.count > 62, isPrefix(bytes.dropLast(62)), bytes[bytes.count - 62] == 95,
            bytes.suffix(61).allSatisfy(isDigit), check(Array(bytes.dropLast(6))) == Array(bytes.suffix(6))
        else { return nil }
        return String(decoding: bytes.suffix(61).dropLast(6), as: UTF8.self)
    }

    static func hint(_ token: String) -> String { token.prefix(4) + "..." + token.suffix(4) }

    /// The CRC-32 that zlib has, in six digits of base62.
    private static func check(_ text: [UInt8]) -> [UInt8] {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in text {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        var rest = Int(~crc)
        var check: [UInt8] = []
        for _ in 0..<6 {
            check.append(digits[rest % 62])
            rest /= 62
        }
        return check.reversed()
    }
}
