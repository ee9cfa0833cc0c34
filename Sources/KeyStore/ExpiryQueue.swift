// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// When keys expire, earliest first: a binary heap.
///
/// A key is in it once for each expiry that it ever had; an entry counts only while it is still the key's expiry.
struct ExpiryQueue {
    struct Entry {
        var time: Timestamp
        var id: KeyID

        /// By time, then by id, so that equal entries come out side by side.
        func comes(before other: Entry) -> Bool {
            time == other.time ? id.comes(before: other.id) : time < other.time
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }

    init() {}

    init(_ entries: [Entry]) {
        // What is in order is a heap.
        heap = entries.sorted { $0.comes(before: $1) }
    }

    mutating func push(_ id: KeyID, at time: Timestamp) {
        heap.append(Entry(time: time, id: id))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if !heap[child].comes(before: heap[parent]) { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes the earliest entry, if it is at or before `now`.
    mutating func pop(until now: Timestamp) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count {
                if heap[child].comes(before: heap[least]) { least = child }
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
