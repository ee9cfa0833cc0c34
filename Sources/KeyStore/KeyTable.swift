// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The store's own keys: in the order they were made, and by id. Nothing is ever removed, so a place is for ever, and a
/// slice of the order can be handed out while the table grows.
///
/// The ids are in an open-addressing table of places, at most three quarters full: 4 bytes a slot instead of the id and
/// a reference. The table doubles at once, which takes some 20 ms at a million keys.
struct KeyTable {
    private(set) var records: ContiguousArray<PublishedKey> = []
    /// A place plus one; 0 = free.
    private var slots: ContiguousArray<UInt32> = []

    var count: Int { records.count }

    subscript(id: KeyID) -> PublishedKey? {
        place(id).map { records[$0] }
    }

    /// Replaces a key's record, or adds it at the end. Returns the one that was there.
    mutating func put(_ record: PublishedKey) -> PublishedKey? {
        if let place = place(record.key.id) {
            let before = records[place]
            records[place] = record
            return before
        }
        if (records.count + 1) * 4 > slots.count * 3 { grow() }
        records.append(record)
        insert(record.key.id, UInt32(records.count))
        return nil
    }

    /// Where a key is in `records`.
    func place(_ id: KeyID) -> Int? {
        if slots.isEmpty { return nil }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: id.spread) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if records[place].key.id == id { return place }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func insert(_ id: KeyID, _ value: UInt32) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: id.spread) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = value
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: 0, count: max(8, slots.count * 2))
        for (place, record) in records.enumerated() { insert(record.key.id, UInt32(place + 1)) }
    }
}
