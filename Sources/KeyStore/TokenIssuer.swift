// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyModel

/// Draws tokens: a random id, a random secret of 256 bits, and the digest that is kept of them.
package struct TokenIssuer: Sendable {
    private let digester: SecretDigester

    package init(digester: SecretDigester) {
        self.digester = digester
    }

    package struct Issued {
        package var id: KeyID
        /// The whole token. Goes into one reply, and nowhere else.
        package var token: String
        package var secret: StoreState.NewSecret
    }

    /// A key of another system, with the digest of its token.
    package func prepare(_ key: ImportedKey) -> StoreState.Import {
        let digest = Digest(bytes: key.tokenSHA256).map(digester.digest(importedTokenHash:)) ?? Digest()
        return .init(key: key, digest: digest, storeKeyVersion: digester.storeKeyVersion)
    }

    /// A token for a new key, or, given its id, for one that is re-keyed.
    package func issue(id known: KeyID? = nil, prefix: String) throws(CryptoError) -> Issued {
        var idAndSecret: [UInt8]
        if let known {
            idAndSecret = known.withBytes { Array($0) }
        } else {
            idAndSecret = try SecureRandom.base62Characters(KeyID.length)
        }
        guard let id = known ?? idAndSecret.withUnsafeBytes({ KeyID($0) }) else { throw .randomUnavailable }
        var random = try SecureRandom.bytes(32)
        var secret = base62(random)
        random.withUnsafeMutableBytes { cleanse($0) }
        idAndSecret += secret
        defer {
            secret.withUnsafeMutableBytes { cleanse($0) }
            idAndSecret.withUnsafeMutableBytes { cleanse($0) }
        }
        let token = Token.text(prefix: prefix, idAndSecret: idAndSecret)
        let digest = idAndSecret.withUnsafeBytes { digester.digest(idAndSecret: $0) }
        return Issued(
            id: id, token: token,
            secret: .init(
                digest: digest, storeKeyVersion: digester.storeKeyVersion, hint: Token.hint(of: token)))
    }
}
