// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Memory that ends where the process may not read: what looks a byte too far stops the test, C code included.
struct GuardedMemory: ~Copyable {
    private let start: UnsafeMutableRawPointer
    private let mapped: Int
    private let capacity: Int

    init?(capacity atLeast: Int) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        capacity = (atLeast + page - 1) / page * page
        mapped = capacity + page
        guard let start = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED, mprotect(start + capacity, page, PROT_NONE) == 0
        else { return nil }
        self.start = start
    }

    deinit {
        munmap(start, mapped)
    }

    /// A copy of `bytes` that ends at the end of the memory.
    func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let begin = start + (capacity - bytes.count)
        if let source = bytes.baseAddress { memcpy(begin, source, bytes.count) }
        return UnsafeRawBufferPointer(start: begin, count: bytes.count)
    }
}
