// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What Validate needs of the secrets' key: a protocol, so that a test can count the calls.
package protocol SecretDigesting: AnyObject, Sendable {
    /// The digest of a key's id and secret: 55 bytes, as they stand side by side in a token.
    func digest(idAndSecret: UnsafeRawBufferPointer) -> Digest

    /// The digest of another system's token, whose SHA-256 this is.
    func digest(importedTokenHash: Digest) -> Digest
}

extension SecretDigesting {
    /// The digest of what may be another system's token.
    package func digest(importedToken: UnsafeRawBufferPointer) -> Digest {
        digest(importedTokenHash: unsafe sha256(importedToken))
    }
}

/// HMAC-SHA256 of (domain label, id, secret) under the digests subkey: what the store keeps of a secret.
///
/// The label fills one whole 64-byte block and is absorbed when the digester is made, so the 55 bytes of id and
/// secret, with SHA-256's own 9 of padding, are exactly one more: a digest costs two compressions, the second being
/// HMAC's outer one. Used from any thread.
package final class SecretDigester: SecretDigesting {
    /// Padded with zeros to one block; a part of the format.
    private static let label = "latchkey/v1/secret"
    private static let importLabel = "latchkey/v1/import"

    /// Stored beside every digest, so that the store key can be rotated.
    package let storeKeyVersion: UInt32
    private let authenticator: MessageAuthenticator
    private let importAuthenticator: MessageAuthenticator

    /// `storeID` is 16 bytes.
    package init(
        storeKey: borrowing StoreKey, storeID: [UInt8], storeKeyVersion: UInt32 = 1
    ) throws(CryptoError) {
        let key = try storeKey.subkey(.digests, storeID: storeID)
        authenticator = MessageAuthenticator(key: key, leading: Self.block(Self.label))
        importAuthenticator = MessageAuthenticator(key: key, leading: Self.block(Self.importLabel))
        self.storeKeyVersion = storeKeyVersion
    }

    private static func block(_ label: String) -> [UInt8] {
        Array(label.utf8) + [UInt8](repeating: 0, count: 64 - label.utf8.count)
    }

    package func digest(idAndSecret: UnsafeRawBufferPointer) -> Digest {
        unsafe authenticator.digest(of: idAndSecret)
    }

    package func digest(importedTokenHash hash: Digest) -> Digest {
        unsafe withUnsafeBytes(of: hash.words) { unsafe importAuthenticator.digest(of: $0) }
    }
}
