// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// 32 bytes of HMAC-SHA256, as four words in the machine's byte order of the bytes as they come.
///
/// Deliberately not Equatable: digests of secrets are compared in constant time, by KeyCrypto.
public struct Digest: Sendable {
    public var words: (UInt64, UInt64, UInt64, UInt64)

    public init(words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)) {
        self.words = words
    }

    /// `nil` unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(8 * (index % 8))
        }
        self.words = (
            UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]),
            UInt64(littleEndian: words[2]), UInt64(littleEndian: words[3])
        )
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: words) { Array($0) }
    }
}
