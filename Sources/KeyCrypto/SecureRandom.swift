// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL

/// Random bytes from OpenSSL's private generator (RAND_priv_bytes). A failure of the generator is thrown: what it
/// left in the buffer is never used.
package enum SecureRandom {
    /// Fills the buffer; on an error its contents mean nothing.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        guard let start = buffer.baseAddress, buffer.count > 0 else { return }
        guard let count = Int32(exactly: buffer.count) else { throw .randomUnavailable }
        let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
        guard unsafe RAND_priv_bytes(bytes, count) == 1 else { throw .randomUnavailable }
    }

    package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: CryptoError?
        unsafe bytes.withUnsafeMutableBytes { buffer in
            do throws(CryptoError) {
                try unsafe fill(buffer)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// `count` characters of base62, each of the 62 equally likely.
    package static func base62Characters(_ count: Int) throws(CryptoError) -> [UInt8] {
        var characters: [UInt8] = []
        characters.reserveCapacity(count)
        while characters.count < count {
            for byte in try bytes(2 * (count - characters.count)) where characters.count < count {
                if let character = base62Character(uniform: byte) { characters.append(character) }
            }
        }
        return characters
    }
}
