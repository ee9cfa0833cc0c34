// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import Glibc

/// Memory that protobuf-c unpacks one message into: taken from the front, given back all at once.
///
/// Not thread-safe: one belongs to one event loop. `WireScanner` has bounded what a message needs before it is
/// unpacked; should the arena still run out, protobuf-c is told so and refuses the message.
@safe package final class Arena {
    /// Lies at the start of the block, so that protobuf-c's callback finds it.
    private struct Header {
        var used: Int
        var capacity: Int
    }

    private let block: UnsafeMutableRawPointer
    /// How far it has been used since it was cleansed.
    private var dirty = MemoryLayout<Header>.stride
    var allocator: ProtobufCAllocator

    package init(capacity: Int) {
        let start = MemoryLayout<Header>.stride
        unsafe block = .allocate(byteCount: start + capacity, alignment: 16)
        unsafe block.storeBytes(of: Header(used: start, capacity: start + capacity), as: Header.self)
        unsafe allocator = unsafe ProtobufCAllocator(
            alloc: { data, size in
                guard let data = unsafe data else { return nil }
                let header = unsafe data.assumingMemoryBound(to: Header.self)
                let begin = unsafe header.pointee.used
                guard unsafe size <= header.pointee.capacity - begin else { return nil }
                unsafe header.pointee.used = unsafe min((begin + size + 15) & ~15, header.pointee.capacity)
                return unsafe data + begin
            },
            free: { _, _ in },
            allocator_data: unsafe block
        )
    }

    deinit {
        cleanse()
        unsafe block.deallocate()
    }

    /// Gives everything back. What was unpacked before must not be used any more.
    func reset() {
        let header = unsafe block.assumingMemoryBound(to: Header.self)
        dirty = unsafe max(dirty, header.pointee.used)
        unsafe header.pointee.used = MemoryLayout<Header>.stride
    }

    /// Gives everything back, and overwrites what was unpacked since the last time: tokens, among other things. For
    /// many messages at once it costs what it does for the largest.
    func cleanse() {
        reset()
        let start = MemoryLayout<Header>.stride
        unsafe explicit_bzero(block + start, dirty - start)
        dirty = start
    }
}
