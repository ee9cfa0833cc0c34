// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import Synchronization

/// The published keys, for readers on any thread.
///
/// A table in stripes: each has a lock that is held for one look-up or one publication, never across work. Only the
/// store publishes. A reader that has loaded `revision` sees every key published up to it.
package final class KeyIndex: @unchecked Sendable {
    // Unchecked because of the pointer: it and what it points to are set up in `init`, never replaced, and freed in
    // `deinit`; each stripe guards its own table with its lock.
    private let stripes: UnsafeMutablePointer<Stripe>
    private let published = Atomic<UInt64>(0)

    private static let stripeCount = 1024

    /// On a cache line of its own, so that two readers of neighbours do not disturb each other.
    private struct Stripe: ~Copyable {
        let table = Mutex(Table())
        private let padding: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    }

    package init() {
        stripes = .allocate(capacity: Self.stripeCount)
        for index in 0..<Self.stripeCount { (stripes + index).initialize(to: Stripe()) }
    }

    deinit {
        stripes.deinitialize(count: Self.stripeCount)
        stripes.deallocate()
    }

    /// Everything up to this sequence is published.
    package var revision: UInt64 { published.load(ordering: .acquiring) }

    package func find(_ id: KeyID) -> PublishedKey? {
        let spread = id.spread
        return stripes[Int(spread % UInt64(Self.stripeCount))].table.withLock { $0.find(id, spread) }
    }

    /// How many keys it holds. For people: it visits every stripe.
    package var count: Int {
        (0..<Self.stripeCount).reduce(0) { $0 + stripes[$1].table.withLock { $0.count } }
    }

    /// Replaces a key's record, or adds it.
    package func publish(_ key: PublishedKey) {
        let spread = key.key.id.spread
        stripes[Int(spread % UInt64(Self.stripeCount))].table.withLock { $0.put(key, spread) }
    }

    /// Says that everything up to `revision` is published. Comes after the entries, before any reply.
    package func advance(to revision: UInt64) {
        published.store(revision, ordering: .releasing)
    }

    /// Open addressing with linear probing; nothing is ever removed. A slot holds a part of the id beside the record, so
    /// that a look-up touches no record but its own.
    private struct Table {
        private struct Slot {
            var tag: UInt64 = 0
            var key: PublishedKey?
        }

        private var slots: ContiguousArray<Slot> = []
        private(set) var count = 0

        func find(_ id: KeyID, _ spread: UInt64) -> PublishedKey? {
            slots.withUnsafeBufferPointer { slots in
                if slots.isEmpty { return nil }
                let mask = slots.count - 1
                var index = Self.home(spread) & mask
                while true {
                    if slots[index].tag == spread {
                        guard let key = slots[index].key else { return nil }
                        if key.key.id == id { return key }
                    } else if slots[index].tag == 0, slots[index].key == nil {
                        return nil
                    }
                    index = (index + 1) & mask
                }
            }
        }

        mutating func put(_ key: PublishedKey, _ spread: UInt64) {
            if (count + 1) * 4 > slots.count * 3 { grow() }
            if insert(key, spread) { count += 1 }
        }

        /// Whether the key is new.
        private mutating func insert(_ key: PublishedKey, _ spread: UInt64) -> Bool {
            let mask = slots.count - 1
            var index = Self.home(spread) & mask
            while let other = slots[index].key {
                if other.key.id == key.key.id {
                    slots[index].key = key
                    return false
                }
                index = (index + 1) & mask
            }
            slots[index] = Slot(tag: spread, key: key)
            return true
        }

        private mutating func grow() {
            let old = slots
            slots = ContiguousArray(repeating: Slot(), count: max(4, old.count * 2))
            for slot in old {
                if let key = slot.key { _ = insert(key, slot.tag) }
            }
        }

        /// The bits that did not choose the stripe.
        private static func home(_ spread: UInt64) -> Int {
            Int(truncatingIfNeeded: spread >> 10)
        }
    }
}
