// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A key's id: 12 characters of base62, chosen at random when the key is made, the same for its whole life.
public struct KeyID: Sendable, Hashable {
    /// The first 8 characters, as they lie in memory.
    let high: UInt64
    /// The last 4 characters, likewise.
    let low: UInt32

    /// How many characters it has.
    public static let length = 12

    /// `nil` unless `bytes` are 12 characters of base62.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.length, Base62.allDigits(bytes) else { return nil }
        self.init(unchecked: bytes)
    }

    /// `nil` unless `text` is 12 characters of base62.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let id = bytes.withUnsafeBytes({ KeyID($0) }) else { return nil }
        self = id
    }

    /// The id of a key that was imported: made of its secret's digest, so that the secret leads to it.
    public init(of digest: Digest) {
        var rest = (UInt64(littleEndian: digest.words.0), UInt64(littleEndian: digest.words.1))
        var characters: (UInt64, UInt32) = (0, 0)
        self = withUnsafeMutableBytes(of: &characters) { bytes in
            for index in 0..<Self.length / 2 {
                bytes[index] = Base62.digits[Int(rest.0 % 62)]
                bytes[Self.length / 2 + index] = Base62.digits[Int(rest.1 % 62)]
                rest = (rest.0 / 62, rest.1 / 62)
            }
            return KeyID(unchecked: UnsafeRawBufferPointer(bytes))
        }
    }

    /// For bytes that are known to be 12 characters of base62.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        high = bytes.loadUnaligned(as: UInt64.self)
        low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
    }

    /// Spreads ids over a table. They are random, and chosen by the service: a multiplication is enough.
    public var spread: UInt64 {
        let mixed = (high ^ (UInt64(low) << 29)) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ (mixed >> 32)
    }

    /// An order without meaning, for structures that need one.
    public func comes(before other: KeyID) -> Bool {
        high == other.high ? low < other.low : high < other.high
    }

    /// Calls `body` with the 12 characters.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeBytes(of: (high, low)) { body(UnsafeRawBufferPointer(rebasing: $0[0..<Self.length])) }
    }
}

extension KeyID: CustomStringConvertible {
    public var description: String {
        withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
