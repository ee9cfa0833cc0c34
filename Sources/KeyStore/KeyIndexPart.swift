// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CPrefetch
internal import KeyModel
internal import Synchronization

/// A part of the index: open addressing with linear probing, never more than three quarters full. Nothing is ever
/// removed. A slot holds a part of the id beside the record, so that a look-up touches no record but its own.
///
/// It is one word, so that a reader gets the whole of it at once: where the slots are, at a multiple of 64, and in the
/// low six bits the power of two that is their number. The word 0 is a part without slots.
struct Part {
    let word: UInt

    private struct Slot: ~Copyable {
        /// 0 = free. Set last, with release: who sees it sees the record.
        let tag = Atomic<UInt64>(0)
        let key = Atomic<UInt>(0)
    }

    init(_ word: UInt) {
        self.word = word
    }

    private init(capacity: Int) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity * MemoryLayout<Slot>.stride, alignment: 64)
        let slots = memory.bindMemory(to: Slot.self, capacity: capacity)
        for index in 0..<capacity { (slots + index).initialize(to: Slot()) }
        word = UInt(bitPattern: memory) | UInt(capacity.trailingZeroBitCount)
    }

    func deallocate() {
        UnsafeMutableRawPointer(bitPattern: word & ~63)?.deallocate()
    }

    var capacity: Int { word == 0 ? 0 : 1 << Int(word & 63) }

    private var slots: UnsafeMutablePointer<Slot>? { UnsafeMutablePointer(bitPattern: word & ~63) }

    /// The bits that did not choose the part.
    @inline(__always)
    private func home(_ tag: UInt64) -> Int { Int(truncatingIfNeeded: tag >> 10) }

    func key(at index: Int) -> Unmanaged<PublishedKey>? {
        guard let slots, let record = UnsafeRawPointer(bitPattern: slots[index].key.load(ordering: .acquiring))
        else { return nil }
        return Unmanaged.fromOpaque(record)
    }

    /// Asks for the memory where a look-up will begin.
    @inline(__always)
    func prepare(_ tag: UInt64) {
        guard let slots else { return }
        prefetch(slots + (home(tag) & (capacity - 1)), 1)
    }

    /// The record whose id has this tag, nearly always the right one; nothing of it has been read, but its memory has
    /// been asked for. Any thread that has entered.
    @inline(__always)
    func expect(_ tag: UInt64) -> Unmanaged<PublishedKey>? {
        guard let slots else { return nil }
        let mask = capacity - 1
        var index = home(tag) & mask
        while true {
            let found = slots[index].tag.load(ordering: .acquiring)
            if found == tag {
                let key = key(at: index)
                if let key { prefetch(key.toOpaque(), Self.recordBytes) }
                return key
            }
            if found == 0 { return nil }
            index = (index + 1) & mask
        }
    }

    /// An object's header, the stored key and the reference to its counters.
    private static let recordBytes = 16 + MemoryLayout<StoredKey>.size + 8

    /// Any thread that has entered.
    @inline(__always)
    func find(_ id: KeyID, _ tag: UInt64) -> Unmanaged<PublishedKey>? {
        guard let slots else { return nil }
        let mask = capacity - 1
        var index = home(tag) & mask
        while true {
            let found = slots[index].tag.load(ordering: .acquiring)
            if found == tag, let key = key(at: index), key._withUnsafeGuaranteedRef({ $0.key.id }) == id { return key }
            if found == 0 { return nil }
            index = (index + 1) & mask
        }
    }

    /// Puts a record, and returns the one that it replaces. The writer only; there is a free slot.
    func put(_ key: Unmanaged<PublishedKey>, _ tag: UInt64) -> Unmanaged<PublishedKey>? {
        guard let slots else { return nil }
        let id = key._withUnsafeGuaranteedRef { $0.key.id }
        let mask = capacity - 1
        var index = home(tag) & mask
        while true {
            let found = slots[index].tag.load(ordering: .relaxed)
            if found == 0 { break }
            if found == tag, let other = self.key(at: index), other._withUnsafeGuaranteedRef({ $0.key.id }) == id {
                slots[index].key.store(UInt(bitPattern: key.toOpaque()), ordering: .releasing)
                return other
            }
            index = (index + 1) & mask
        }
        slots[index].key.store(UInt(bitPattern: key.toOpaque()), ordering: .relaxed)
        slots[index].tag.store(tag, ordering: .releasing)
        return nil
    }

    /// A part with twice the slots and the same records. This one stays as it is, for who reads it.
    func grown() -> Part {
        let grown = Part(capacity: max(4, capacity * 2))
        guard let slots else { return grown }
        for index in 0..<capacity {
            if let key = key(at: index) { _ = grown.put(key, slots[index].tag.load(ordering: .relaxed)) }
        }
        return grown
    }
}
