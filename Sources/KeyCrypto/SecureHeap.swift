// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL

/// Memory for keys: libcrypto's secure heap. Its pages are locked (never in swap), left out of core images
/// (MADV_DONTDUMP) and have guard pages around them; what is given back is overwritten.
package enum SecureHeap {
    /// Room for the keys of a store and for the token of every caller that is connected, 128 bytes each.
    package static let bytes = 2 << 20
    /// More than any key or token has; what is larger is not kept here.
    static let largestBytes = 256
    private static let leastBytes = 32

    package enum State: Sendable {
        case locked
        /// Left out of core images, but it may be swapped: the limit of locked memory (RLIMIT_MEMLOCK) is too low.
        case unlocked
        /// There is none: keys are in ordinary memory.
        case missing
    }

    /// Made when it is first asked for; it lasts as long as the process.
    package static let state: State =
        switch CRYPTO_secure_malloc_init(bytes, leastBytes) {
        case 1: .locked
        case 2: .unlocked
        default: .missing
        }

    /// `nil` when there is no room, or none of it that is secure.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard state != .missing, count > 0, count <= largestBytes else { return nil }
        return unsafe CRYPTO_secure_malloc(count, nil, 0)
    }

    /// Gives back what `allocate` gave, overwritten; `false` if it was not that.
    static func free(_ memory: UnsafeMutableRawBufferPointer) -> Bool {
        guard unsafe CRYPTO_secure_allocated(memory.baseAddress) == 1 else { return false }
        unsafe CRYPTO_secure_clear_free(memory.baseAddress, memory.count, nil, 0)
        return true
    }
}
