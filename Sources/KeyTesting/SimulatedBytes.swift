// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file's bytes, in one piece. What a simulation does thousands of times a second is a copy of memory here and never
/// a loop over bytes, which a debug build makes slow.
struct SimulatedBytes {
    /// `count` bytes, then zeros: room to grow.
    private var memory: [UInt8]
    private(set) var count: Int

    init(_ bytes: [UInt8] = []) {
        memory = bytes
        count = bytes.count
    }

    var array: [UInt8] { memory.count == count ? memory : Array(memory[..<count]) }

    /// New bytes are zeros.
    mutating func resize(to size: Int) {
        if size > memory.count {
            // The first size is often the last, and a file that grows again is being appended to.
            memory = Self.copy(of: memory, size: memory.isEmpty ? size : max(size, 2 * memory.count))
        } else if size < count {
            let (start, cut) = (size, count - size)
            memory.withUnsafeMutableBytes { bytes in
                if let base = bytes.baseAddress { _ = memset(base + start, 0, cut) }
            }
        }
        count = size
    }

    /// Fewer than the buffer has only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let length = min(buffer.count, count - offset)
        guard length > 0 else { return 0 }
        memory.withUnsafeBytes { bytes in
            if let from = bytes.baseAddress, let to = buffer.baseAddress {
                to.copyMemory(from: from + offset, byteCount: length)
            }
        }
        return length
    }

    /// Only within the size. Gives how many bytes that was.
    @discardableResult
    mutating func write(_ new: UnsafeRawBufferPointer, at offset: Int) -> Int {
        let length = min(new.count, count - offset)
        guard length > 0 else { return 0 }
        memory.withUnsafeMutableBytes { bytes in
            if let from = new.baseAddress, let to = bytes.baseAddress {
                (to + offset).copyMemory(from: from, byteCount: length)
            }
        }
        return length
    }

    /// The bytes of `other` at the same place, as far as both have them.
    mutating func write(_ range: Range<Int>, of other: SimulatedBytes) {
        let end = min(range.upperBound, other.count)
        guard range.lowerBound < end else { return }
        other.memory.withUnsafeBytes { bytes in
            _ = write(UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound..<end]), at: range.lowerBound)
        }
    }

    private static func copy(of old: [UInt8], size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            old.withUnsafeBytes { bytes in
                if let from = bytes.baseAddress { base.copyMemory(from: from, byteCount: old.count) }
            }
            memset(base + old.count, 0, size - old.count)
            initialized = size
        }
    }
}
