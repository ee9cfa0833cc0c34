// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL
internal import KeyModel

/// Memory for keys: libcrypto's secure heap. Its pages are locked (never in swap), left out of core images
/// (MADV_DONTDUMP) and have guard pages around them; what is given back is overwritten.
package enum SecureHeap {
    package enum State: Sendable {
        case locked
        /// Left out of core images, but it may be swapped: the limit of locked memory (RLIMIT_MEMLOCK) is too low.
        case unlocked
        /// There is none: keys are in ordinary memory.
        case missing
    }

    /// Made when it is first asked for; it lasts as long as the process.
    package static let state: State =
        switch CRYPTO_secure_malloc_init(Limits.secureHeapBytes, Limits.secureHeapLeastBytes) {
        case 1: .locked
        case 2: .unlocked
        default: .missing
        }

    /// `nil` when there is no room, or none of it that is secure.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard state != .missing, count > 0, count <= Limits.secureHeapLargestBytes else { return nil }
        return unsafe CRYPTO_secure_malloc(count, nil, 0)
    }

    /// Gives back what `allocate` gave, overwritten; `false` if it was not that.
    static func free(_ memory: UnsafeMutableRawBufferPointer) -> Bool {
        guard unsafe CRYPTO_secure_allocated(memory.baseAddress) == 1 else { return false }
        unsafe CRYPTO_secure_clear_free(memory.baseAddress, memory.count, nil, 0)
        return true
    }
}
