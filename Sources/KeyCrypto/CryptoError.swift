// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What can go wrong in libcrypto: nothing that a caller could mend, so that it says what and no more.
package enum CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The random generator could not be seeded or failed its own tests.
    case randomUnavailable
    /// A subkey could not be derived: no memory, or no HKDF in this libcrypto.
    case derivationFailed
    /// A secret could not be sealed, or what was sealed is not what is to be opened.
    case sealingFailed

    package var description: String {
        switch self {
        case .randomUnavailable: "the random generator of libcrypto failed"
        case .derivationFailed: "libcrypto could not derive a key (HKDF-SHA256)"
        case .sealingFailed: "libcrypto could not seal or open a secret (AES-256-GCM)"
        }
    }
}
