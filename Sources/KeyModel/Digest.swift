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
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// Likewise.
    public init?(bytes: [UInt8]) {
        guard let digest = bytes.withUnsafeBytes({ Digest($0) }) else { return nil }
        self = digest
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: words) { Array($0) }
    }
}
