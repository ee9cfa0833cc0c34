// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL
package import KeyModel

/// HMAC-SHA256 under one key, absorbed once: a MAC starts from copies of two SHA-256 states and allocates nothing.
/// Used from any thread.
@safe package final class MessageAuthenticator: @unchecked Sendable {
    // Unchecked because of the pointer. The states are written in `init`, before anyone else can have the object,
    // and cleansed in `deinit`; between them they are only read (copied by value).
    fileprivate let states: UnsafeMutablePointer<latchkey_mac_states>

    /// A key of any length (32 bytes is what HMAC-SHA256 can make use of). Every message begins with `leading`,
    /// which is absorbed here once; it costs nothing later when it is a multiple of 64 bytes.
    package init(key: UnsafeRawBufferPointer, leading: [UInt8] = []) {
        unsafe states = Self.prepare(key, leading)
    }

    /// The same for a subkey.
    package init(key: borrowing SecretBytes, leading: [UInt8] = []) {
        unsafe states = key.withBytes { bytes in unsafe Self.prepare(bytes, leading) }
    }

    private static func prepare(
        _ key: UnsafeRawBufferPointer, _ leading: [UInt8]
    ) -> UnsafeMutablePointer<latchkey_mac_states> {
        // They are as good as the key.
        let memory = unsafe SecretBytes.allocate(MemoryLayout<latchkey_mac_states>.size)
        let states = unsafe memory.bindMemory(to: latchkey_mac_states.self, capacity: 1)
        unsafe states.initialize(to: latchkey_mac_states())
        unsafe latchkey_mac_prepare(states, key.baseAddress, key.count)
        _ = unsafe SHA256_Update(&states.pointee.inner, leading, leading.count)
        return unsafe states
    }

    deinit {
        unsafe SecretBytes.free(
            UnsafeMutableRawBufferPointer(start: states, count: MemoryLayout<latchkey_mac_states>.size))
    }

    /// The MAC of one message.
    package func digest(of message: UnsafeRawBufferPointer) -> Digest {
        var digest = Digest()
        unsafe latchkey_mac(states, message.baseAddress, message.count, &digest.words)
        return digest
    }

    /// A MAC over several pieces, as if they were one message.
    package func begin() -> RunningMAC {
        RunningMAC(self)
    }
}

/// A MAC whose message comes in pieces. Belongs to one thread; ends with `finish`.
package struct RunningMAC: ~Copyable {
    private let authenticator: MessageAuthenticator
    private var inner: SHA256_CTX

    fileprivate init(_ authenticator: MessageAuthenticator) {
        self.authenticator = authenticator
        unsafe inner = authenticator.states.pointee.inner
    }

    package mutating func update(_ piece: UnsafeRawBufferPointer) {
        _ = unsafe SHA256_Update(&inner, piece.baseAddress, piece.count)
    }

    /// The next eight bytes, little-endian.
    package mutating func update(_ word: UInt64) {
        var bytes = word.littleEndian
        _ = unsafe SHA256_Update(&inner, &bytes, 8)
    }

    package consuming func finish() -> Digest {
        var digest = Digest()
        unsafe latchkey_mac_finish(authenticator.states, &inner, &digest.words)
        return digest
    }
}

/// SHA-256 without a key: tells damage, not tampering.
package func sha256(_ bytes: UnsafeRawBufferPointer) -> Digest {
    var context = SHA256_CTX()
    var digest = Digest()
    _ = unsafe SHA256_Init(&context)
    _ = unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
    unsafe withUnsafeMutableBytes(of: &digest.words) { out in
        _ = unsafe SHA256_Final(out.bindMemory(to: UInt8.self).baseAddress, &context)
    }
    // It may have been a token's: SHA256_Final leaves the last block.
    unsafe withUnsafeMutableBytes(of: &context) { unsafe cleanse($0) }
    return digest
}

/// Whether two digests are the same, in a time that does not depend on where they differ (CRYPTO_memcmp).
package func constantTimeEqual(_ a: Digest, _ b: Digest) -> Bool {
    unsafe withUnsafeBytes(of: a.words) { first in
        unsafe withUnsafeBytes(of: b.words) { second in
            unsafe CRYPTO_memcmp(first.baseAddress, second.baseAddress, first.count) == 0
        }
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
package func constantTimeEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    guard let first = a.baseAddress, let second = b.baseAddress else { return true }
    return unsafe CRYPTO_memcmp(first, second, a.count) == 0
}
