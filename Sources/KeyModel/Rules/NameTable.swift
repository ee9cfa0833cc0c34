// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Names, each with the number of its place, found by their bytes: what a dictionary would do, without a count of
/// references, a copy or an allocation at the look-up.
///
/// Open addressing, at most half full. The hash starts from a number that nobody outside knows, so that no list of names
/// can be chosen to collide.
struct NameTable: @unchecked Sendable {
    // Unchecked because of the pointers into a `RuleMemory`: it is written before the rules are shared, only read
    // afterwards, and kept by the `KeyRules` that hold this too.

    private struct Slot {
        /// The upper half of the name's hash.
        var tag: UInt32 = 0
        /// Where in `bytes` it begins.
        var start: UInt32 = 0
        var length: UInt16 = 0
        /// Its number, and 1 more; 0 = the slot is free.
        var place: UInt16 = 0
    }

    private static let processSeed = UInt64.random(in: 0 ... .max)

    private let seed: UInt64
    private let slots: UnsafeBufferPointer<Slot>
    private let bytes: UnsafeBufferPointer<UInt8>
    private let starts: UnsafeBufferPointer<UInt32>
    let count: Int

    /// - Parameter names: All different, fewer than 65,535, together less than 4 GiB.
    init(_ names: [[UInt8]], in memory: RuleMemory, seed: UInt64 = processSeed) {
        self.seed = seed
        count = names.count
        var starts: [UInt32] = names.isEmpty ? [] : [0]
        for name in names { starts.append(starts[starts.count - 1] + UInt32(name.count)) }
        var capacity = 2
        while capacity < names.count * 2 { capacity *= 2 }
        var slots = [Slot](repeating: Slot(), count: names.isEmpty ? 0 : capacity)
        for (number, name) in names.enumerated() {
            let hash = name.withUnsafeBytes { Self.hash($0, seed) }
            var index = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[index].place != 0 { index = (index + 1) & (capacity - 1) }
            slots[index] = Slot(
                tag: UInt32(truncatingIfNeeded: hash >> 32), start: starts[number],
                length: UInt16(truncatingIfNeeded: name.count), place: UInt16(truncatingIfNeeded: number + 1))
        }
        // In the order in which a look-up reads them.
        self.slots = memory.keep(slots)
        bytes = memory.keep(names.flatMap { $0 })
        self.starts = memory.keep(starts)
    }

    /// The place of a name.
    func find(_ name: UnsafeRawBufferPointer) -> Int? {
        if count == 0 { return nil }
        let hash = Self.hash(name, seed)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var index = Int(truncatingIfNeeded: hash)
        while true {
            index &= slots.count - 1
            let slot = slots[index]
            if slot.place == 0 { return nil }
            if slot.tag == tag, Int(slot.length) == name.count, isEqual(name, at: Int(slot.start)) {
                return Int(slot.place) - 1
            }
            index += 1
        }
    }

    /// The name of a place.
    func name(_ place: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[Int(starts[place])..<Int(starts[place + 1])]))
    }

    @inline(__always)
    private func isEqual(_ name: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let other = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<start + name.count]))
        var offset = 0
        while name.count - offset >= 8 {
            let word = name.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset += 8
        }
        while offset < name.count {
            if name[offset] != other[offset] { return false }
            offset += 1
        }
        return true
    }

    /// Eight bytes at a time, each folded in by a full multiplication (as in wyhash).
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
        var offset = 0
        while bytes.count - offset >= 8 {
            hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0x9E37_79B9_7F4A_7C15)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return fold(fold(hash ^ rest, 0xBF58_476D_1CE4_E5B9) ^ seed, 0x94D0_49BB_1331_11EB)
    }

    @inline(__always)
    private static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (high, low) = one.multipliedFullWidth(by: other)
        return high ^ low
    }
}
