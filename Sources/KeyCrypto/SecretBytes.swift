// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL

/// Bytes that nobody may find in freed memory: owned by one place, overwritten at the end. Those of a key or a token are
/// in the secure heap, as long as that has room; nobody finds them in swap or in a core image either.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // Unchecked because of the pointer. The memory is written only in `init`, before anyone else can have the
    // value, and in `deinit`, when nobody else has it; between them it is only read.
    private let memory: UnsafeMutableRawBufferPointer

    package var count: Int { unsafe memory.count }

    /// A copy of `bytes`; the caller cleanses its own.
    package init(copying bytes: UnsafeRawBufferPointer) {
        unsafe memory = UnsafeMutableRawBufferPointer(start: Self.allocate(bytes.count), count: bytes.count)
        unsafe memory.copyMemory(from: bytes)
    }

    /// `count` bytes that `fill` writes; it is given zeros.
    package init<E: Error>(count: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
        let fresh = unsafe UnsafeMutableRawBufferPointer(start: Self.allocate(count), count: count)
        unsafe fresh.initializeMemory(as: UInt8.self, repeating: 0)
        do throws(E) {
            try unsafe fill(fresh)
        } catch {
            unsafe Self.free(fresh)
            throw error
        }
        unsafe memory = fresh
    }

    package borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(memory))
    }

    deinit {
        unsafe Self.free(memory)
    }

    /// As many bytes, in the secure heap if they fit there; `free` gives them back.
    static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        unsafe SecureHeap.allocate(count) ?? .allocate(byteCount: count, alignment: 16)
    }

    static func free(_ memory: UnsafeMutableRawBufferPointer) {
        if unsafe SecureHeap.free(memory) { return }
        unsafe cleanse(memory)
        unsafe memory.deallocate()
    }
}

/// Overwrites memory in a way the compiler does not remove.
package func cleanse(_ memory: UnsafeMutableRawBufferPointer) {
    if let start = memory.baseAddress {
        unsafe OPENSSL_cleanse(start, memory.count)
    }
}
