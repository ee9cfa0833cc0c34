// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A token as presented, taken apart:
///
///     prefix  _  id        secret                                       check
///     lk      _  4mVb0Q…   43 characters, 256 random bits in base62     6 characters
///     1-16    1  12        43                                           6
///
/// The check is the CRC-32 of everything before it in base62, so that a typo is found without a call. The token is
/// read from the right, so an underscore in the prefix harms nothing; the prefix says nothing about the key.
public struct Token {
    /// The key it claims to be of.
    public let id: KeyID
    /// The id and the secret, 55 bytes, in the memory that was parsed: valid as long as that is.
    public let idAndSecret: UnsafeRawBufferPointer

    static let secretLength = 43
    static let checkLength = 6
    /// What follows the underscore.
    public static let bodyLength = KeyID.length + secretLength + checkLength

    /// `nil` when the shape or the checksum is wrong. Looks at nothing but `bytes`.
    public init?(parsing bytes: UnsafeRawBufferPointer) {
        let prefixLength = bytes.count - Self.bodyLength - 1
        guard prefixLength >= 1, prefixLength <= Limits.tokenPrefixCharacters,
            bytes[prefixLength] == UInt8(ascii: "_"),
            Self.isPrefix(UnsafeRawBufferPointer(rebasing: bytes[0..<prefixLength]))
        else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[(prefixLength + 1)...])
        guard Base62.allDigits(body) else { return nil }
        let checked = UnsafeRawBufferPointer(rebasing: bytes[0..<bytes.count - Self.checkLength])
        guard Self.check(in: body) == UInt64(CRC32.checksum(checked)) else { return nil }
        idAndSecret = UnsafeRawBufferPointer(rebasing: body[0..<KeyID.length + Self.secretLength])
        id = KeyID(unchecked: UnsafeRawBufferPointer(rebasing: body[0..<KeyID.length]))
    }

    /// Where the id is if these bytes are a token, before anything is checked; `nil` when they are too short.
    public static func probableID(in bytes: UnsafeRawBufferPointer) -> KeyID? {
        guard bytes.count >= bodyLength else { return nil }
        return KeyID(unchecked: UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - bodyLength)...]))
    }

    /// The whole token made of its parts. `idAndSecret` is 55 characters of base62.
    public static func text(prefix: String, idAndSecret: [UInt8]) -> String {
        // Written where it stays: nothing is left of it elsewhere.
        String(unsafeUninitializedCapacity: prefix.utf8.count + 1 + idAndSecret.count + checkLength) { bytes in
            var count = 0
            func write(_ more: some Sequence<UInt8>) {
                for byte in more {
                    bytes[count] = byte
                    count += 1
                }
            }
            write(prefix.utf8)
            write(CollectionOfOne(UInt8(ascii: "_")))
            write(idAndSecret)
            let crc = CRC32.checksum(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]))
            write(Base62.encode(UInt64(crc), width: checkLength))
            return count
        }
    }

    /// The first 4 and the last 4 characters of a token: enough to recognise it, nothing of its secret.
    public static func hint(of token: String) -> String {
        "\(token.prefix(4))...\(token.suffix(4))"
    }

    /// Whether `bytes` may stand before the underscore: 1 to 16 of [A-Za-z0-9_].
    static func isPrefix(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte != UInt8(ascii: "_") {
            guard byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 else { return false }
        }
        return true
    }

    /// The value of the last 6 digits. At most 62^6 - 1, which is more than a CRC-32 can be.
    private static func check(in body: UnsafeRawBufferPointer) -> UInt64 {
        var value: UInt64 = 0
        for index in body.count - checkLength..<body.count {
            value = value &* 62 &+ Base62.value(body[index])
        }
        return value
    }
}
