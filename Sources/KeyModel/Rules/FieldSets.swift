// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The sets of fields that a key's grants allow, each by a number; the same set is kept once.
struct FieldSets: Sendable {
    /// Nothing is allowed, not even the resource.
    static let none: UInt16 = 0
    /// Every field is.
    static let all: UInt16 = 1
    /// The first of the sets that are kept.
    static let first: UInt16 = 2
    /// Bits that `mark` fills at a time, half a kilobyte.
    static let windowFields = 4_096

    let names: NameTable
    /// The fields of all sets, each set ascending.
    private let places: [UInt16]
    private let ends: [Int]
    /// What the names of each set take in a reply, and those of all fields.
    private let replyBytes: [Int]
    private let allReplyBytes: Int

    init(fields: [[UInt8]], sets: [[UInt16]]) {
        names = NameTable(fields)
        places = sets.flatMap { $0 }
        var end = 0
        ends = sets.map { set in
            end += set.count
            return end
        }
        replyBytes = sets.map { $0.reduce(0) { $0 + fields[Int($1)].count + 4 } }
        allReplyBytes = fields.reduce(0) { $0 + $1.count + 4 }
    }

    /// What the fields may take in a reply, tags and lengths included.
    func replyBytes(_ coverage: Coverage) -> Int {
        if coverage.isNothing || coverage.isEverything { return 0 }
        return coverage.isSeveral ? allReplyBytes : replyBytes[Int(coverage.fieldSet - Self.first)]
    }

    /// The fields of a set that is kept.
    func places(in set: UInt16) -> ArraySlice<UInt16> {
        let index = Int(set - Self.first)
        return places[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    func contains(_ place: Int, in set: UInt16) -> Bool {
        if set < Self.first { return set == Self.all }
        let range = places(in: set)
        var (low, high) = (range.startIndex, range.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if Int(places[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low < range.endIndex && Int(places[low]) == place
    }

    /// Sets the bits of the fields of a set from `window` on.
    func mark(_ set: UInt16, from window: Int, in bits: UnsafeMutableBufferPointer<UInt64>) {
        if set < Self.first { return }
        for place in places(in: set) {
            let bit = Int(place) - window
            if bit >= 0, bit < Self.windowFields { bits[bit >> 6] |= 1 << UInt64(bit & 63) }
        }
    }
}
