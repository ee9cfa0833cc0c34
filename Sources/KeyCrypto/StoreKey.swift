// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL

/// The one key of a store: 32 bytes from a file of its own. Nothing is ever computed with it but its subkeys.
package struct StoreKey: ~Copyable, Sendable {
    package static let byteCount = 32

    private let secret: SecretBytes

    /// `nil` unless there are exactly 32 bytes. They are copied; the caller cleanses its own.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        secret = unsafe SecretBytes(copying: bytes)
    }

    /// `nil` unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        secret = unsafe SecretBytes(count: Self.byteCount) { memory in
            unsafe memory.copyBytes(from: bytes)
        }
    }

    private init(secret: consuming SecretBytes) {
        self.secret = secret
    }

    /// A new one from the private generator.
    package static func random() throws(CryptoError) -> StoreKey {
        StoreKey(
            secret: try unsafe SecretBytes(count: byteCount) { bytes throws(CryptoError) in
                try unsafe SecureRandom.fill(bytes)
            })
    }

    /// The 32 bytes, to write them to their file.
    package borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe secret.withBytes { bytes throws(E) in try unsafe body(bytes) }
    }

    /// The key for one purpose in one store: HKDF-SHA256 (RFC 5869) with the store's id (16 bytes) as salt and a
    /// label per purpose, so that no two purposes and no two stores share a key. 32 bytes.
    package borrowing func subkey(
        _ purpose: SubkeyPurpose, storeID: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        try unsafe withBytes { key throws(CryptoError) in
            try unsafe hkdfSHA256(key: key, salt: storeID, info: Array(purpose.label.utf8), count: Self.byteCount)
        }
    }
}

/// What a subkey is for.
package enum SubkeyPurpose: Sendable, CaseIterable {
    case digests, journal, snapshots, sealing, identity

    /// What goes into HKDF; a part of the format, so it never changes.
    package var label: String {
        switch self {
        case .digests: "latchkey/v1/digests"
        case .journal: "latchkey/v1/journal"
        case .snapshots: "latchkey/v1/snapshots"
        case .sealing: "latchkey/v1/sealing"
        case .identity: "latchkey/v1/identity"
        }
    }
}

/// HKDF-SHA256, extract and expand (RFC 5869). `count` is 1 to 8,160 bytes.
package func hkdfSHA256(
    key: UnsafeRawBufferPointer, salt: [UInt8], info: [UInt8], count: Int
) throws(CryptoError) -> SecretBytes {
    try unsafe SecretBytes(count: count) { out throws(CryptoError) in
        let done = unsafe latchkey_hkdf_sha256(
            key.baseAddress, key.count, salt, salt.count, info, info.count, out.baseAddress, out.count)
        guard done == 1 else { throw .derivationFailed }
    }
}
