// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Counts which of any number of elements are the most frequent, in bounded memory.
///
/// Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams" (2005): when
/// all counters are taken, a new element takes over the one that has counted least, with its count. So no count is too
/// low, none is too high by more than its `errorMax`, and every element that makes up more than one part in `capacity`
/// of all that was counted is there. Up to `capacity` different elements, everything is exact.
struct SpaceSaving<Element: Hashable, Note> {
    struct Counter {
        let element: Element
        /// What was said of the element last.
        var note: Note
        var count: UInt64
        /// How many of them may be of elements that had the counter before.
        var errorMax: UInt64
    }

    let capacity: Int
    /// A heap: the least is first, and each is no more than those at twice its place plus one and two.
    private(set) var counters: [Counter] = []
    private var places: [Element: Int] = [:]

    /// `capacity` is at least 1.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// Whether an element has lost its counter to another.
    var isExact: Bool { counters.allSatisfy { $0.errorMax == 0 } }

    mutating func add(_ element: Element, _ note: Note) {
        if let place = places[element] {
            counters[place].count += 1
            counters[place].note = note
            sink(place)
        } else if counters.count < capacity {
            counters.append(Counter(element: element, note: note, count: 1, errorMax: 0))
            places[element] = counters.count - 1
            // It has counted no more than any other.
            rise(counters.count - 1)
        } else {
            let least = counters[0]
            places[least.element] = nil
            counters[0] = Counter(element: element, note: note, count: least.count + 1, errorMax: least.count)
            places[element] = 0
            sink(0)
        }
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, counters[place].count < counters[(place - 1) / 2].count {
            exchange(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = 2 * place + 1
            if least >= counters.count { return }
            if least + 1 < counters.count, counters[least + 1].count < counters[least].count { least += 1 }
            if counters[least].count >= counters[place].count { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ first: Int, _ second: Int) {
        counters.swapAt(first, second)
        places[counters[first].element] = first
        places[counters[second].element] = second
    }
}
