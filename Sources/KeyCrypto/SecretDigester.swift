// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What Validate needs of the secrets' key: a protocol, so that a test can count the calls.
package protocol SecretDigesting: AnyObject, Sendable {
    /// The digest of a key's id and secret: 55 bytes, as they stand side by side in a token.
    func digest(idAndSecret: UnsafeRawBufferPointer) -> Digest
}

/// HMAC-SHA256 of (domain label, id, secret) under the digests subkey: what the store keeps of a secret.
///
/// The label fills one whole 64-byte block and is absorbed when the digester is made, so the 55 bytes of id and
/// secret, with SHA-256's own 9 of padding, are exactly one more: a digest costs two compressions, the second being
/// HMAC's outer one. Used from any thread.
package final class SecretDigester: SecretDigesting {
    /// Padded with zeros to one block; a part of the format.
    private static let label = "latchkey/v1/secret"

    /// Stored beside every digest, so that the store key can be rotated.
    package let storeKeyVersion: UInt32
    private let authenticator: MessageAuthenticator

    /// `storeID` is 16 bytes.
    package init(
        storeKey: borrowing StoreKey, storeID: [UInt8], storeKeyVersion: UInt32 = 1
    ) throws(CryptoError) {
        var block = Array(Self.label.utf8)
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let key = try storeKey.subkey(.digests, storeID: storeID)
        authenticator = MessageAuthenticator(key: key, leading: block)
        self.storeKeyVersion = storeKeyVersion
    }

    package func digest(idAndSecret: UnsafeRawBufferPointer) -> Digest {
        unsafe authenticator.digest(of: idAndSecret)
    }
}
