// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The sets of fields that a key's grants allow, each by a number; the same set is kept once.
struct FieldSets: @unchecked Sendable {
    // Unchecked because of the pointers into a `RuleMemory`: it is written before the rules are shared, only read
    // afterwards, and kept by the `KeyRules` that hold this too.

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
    private let places: UnsafeBufferPointer<UInt16>
    private let sets: UnsafeBufferPointer<Kept>
    private let allReplyBytes: Int

    private struct Kept {
        var begin: UInt32
        var end: UInt32
        /// What the names take in a reply.
        var replyBytes: UInt32
    }

    init(fields: [[UInt8]], sets: [[UInt16]], in memory: RuleMemory) {
        names = NameTable(fields, in: memory)
        places = memory.keep(sets.flatMap { $0 })
        var end: UInt32 = 0
        self.sets = memory.keep(
            sets.map { set in
                let begin = end
                end += UInt32(truncatingIfNeeded: set.count)
                let size = set.reduce(0) { $0 + fields[Int($1)].count + 4 }
                return Kept(begin: begin, end: end, replyBytes: UInt32(truncatingIfNeeded: size))
            })
        allReplyBytes = fields.reduce(0) { $0 + $1.count + 4 }
    }

    /// What the fields may take in a reply, tags and lengths included.
    func replyBytes(_ coverage: Coverage) -> Int {
        if coverage.isNothing || coverage.isEverything { return 0 }
        return coverage.isSeveral ? allReplyBytes : Int(sets[Int(coverage.fieldSet - Self.first)].replyBytes)
    }

    /// The fields of a set that is kept.
    func places(in set: UInt16) -> UnsafeBufferPointer<UInt16> {
        let kept = sets[Int(set - Self.first)]
        return UnsafeBufferPointer(rebasing: places[Int(kept.begin)..<Int(kept.end)])
    }

    func contains(_ place: Int, in set: UInt16) -> Bool {
        if set < Self.first { return set == Self.all }
        let places = places(in: set)
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(places[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low < places.count && Int(places[low]) == place
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
