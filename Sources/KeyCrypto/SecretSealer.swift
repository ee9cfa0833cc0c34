// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL
internal import Synchronization

/// Keeps secrets for a while that nobody may read where they lie: AES-256-GCM under a key that is drawn when the sealer
/// is made and ends with it. The nonce is a count, so no two seals share one. Used from any thread.
package final class SecretSealer: Sendable {
    private let key: SecretBytes
    private let sealed = Atomic<UInt64>(0)

    /// Four zeros, and the count, big-endian.
    private static let nonceBytes = 12
    private static let tagBytes = 16

    package init() throws(CryptoError) {
        key = try unsafe SecretBytes(count: 32) { bytes throws(CryptoError) in try unsafe SecureRandom.fill(bytes) }
    }

    /// Nonce, tag and ciphertext. `context` is not in it: who opens it must know it.
    package func seal(_ secret: String, context: [UInt8]) throws(CryptoError) -> [UInt8] {
        var plain = Array(secret.utf8)
        defer { unsafe plain.withUnsafeMutableBytes { unsafe cleanse($0) } }
        let count = sealed.wrappingAdd(1, ordering: .relaxed).oldValue
        var out = [UInt8](repeating: 0, count: Self.nonceBytes + Self.tagBytes + plain.count)
        for index in 0..<8 { out[4 + index] = UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * index)) }
        let done = unsafe key.withBytes { key in
            unsafe out.withUnsafeMutableBytes { out in
                unsafe latchkey_gcm_seal(
                    key.baseAddress, out.baseAddress, context, context.count, plain, plain.count,
                    out.baseAddress?.advanced(by: Self.nonceBytes + Self.tagBytes),
                    out.baseAddress?.advanced(by: Self.nonceBytes))
            }
        }
        guard done == 1 else { throw .sealingFailed }
        return out
    }

    /// The secret, if this sealer sealed it for this context.
    package func open(_ sealed: [UInt8], context: [UInt8]) throws(CryptoError) -> String {
        let head = Self.nonceBytes + Self.tagBytes
        guard sealed.count >= head else { throw .sealingFailed }
        var plain = [UInt8](repeating: 0, count: sealed.count - head)
        defer { unsafe plain.withUnsafeMutableBytes { unsafe cleanse($0) } }
        let done = unsafe key.withBytes { key in
            unsafe sealed.withUnsafeBytes { sealed in
                unsafe plain.withUnsafeMutableBytes { plain in
                    unsafe latchkey_gcm_open(
                        key.baseAddress, sealed.baseAddress, context, context.count,
                        sealed.baseAddress?.advanced(by: head), plain.count,
                        sealed.baseAddress?.advanced(by: Self.nonceBytes), plain.baseAddress)
                }
            }
        }
        guard done == 1 else { throw .sealingFailed }
        return String(decoding: plain, as: UTF8.self)
    }
}
