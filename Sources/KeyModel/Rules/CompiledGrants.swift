// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A key's grants, made ready for Validate (R11, B5): what covers a resource and an action, and which fields.
///
/// Resources are compared byte by byte; nothing is normalised. "a/b" covers itself alone; "a/*" covers "a/b" and
/// "a/b/c", not "a", "a/" or "ab"; "*" covers every resource. What several grants allow is allowed.
///
/// A look-up takes one hash for the whole resource and one for each part of it that ends before a "/" and is as long as
/// some "…/*" of the key: nothing depends on how many grants there are.
struct CompiledGrants: @unchecked Sendable {
    // Unchecked because of the pointers into a `RuleMemory`: it is written before the rules are shared, only read
    // afterwards, and kept by the `KeyRules` that hold this too.

    /// Resources that are named as they are, and those that are named as "…/*", without that.
    private let exact: NameTable
    private let below: NameTable
    /// For each of them, and for "*": which set of fields goes with an action, by its number.
    private let exactSets: UnsafeBufferPointer<SIMD8<UInt16>>
    private let belowSets: UnsafeBufferPointer<SIMD8<UInt16>>
    private let everySets: SIMD8<UInt16>
    /// Which lengths the names in `below` have: bit n = n bytes.
    private let belowLengths: SIMD4<UInt64>
    let fields: FieldSets

    init(_ grants: [Grant], in memory: RuleMemory) {
        var builder = Builder()
        for grant in grants { builder.add(grant) }
        exact = NameTable(builder.exact.names, in: memory)
        below = NameTable(builder.below.names, in: memory)
        exactSets = memory.keep(builder.exact.sets.map { builder.words($0) })
        belowSets = memory.keep(builder.below.sets.map { builder.words($0) })
        everySets = builder.words(builder.every)
        fields = FieldSets(fields: builder.fields, sets: builder.sets, in: memory)
        var lengths = SIMD4<UInt64>()
        for name in builder.below.names { lengths[name.count >> 6 & 3] |= 1 << UInt64(name.count & 63) }
        belowLengths = lengths
    }

    /// What the grants say of a resource that is not empty.
    func coverage(of resource: UnsafeRawBufferPointer, _ action: Action) -> Coverage {
        var coverage = Coverage()
        forEachSet(covering: resource, action) { coverage.add($0) }
        return coverage
    }

    /// Whether a field is allowed where `coverage` is what the grants say.
    func allows(
        _ field: UnsafeRawBufferPointer, _ coverage: Coverage, _ resource: UnsafeRawBufferPointer, _ action: Action
    ) -> Bool {
        if coverage.isEverything { return true }
        guard let place = fields.names.find(field) else { return false }
        guard coverage.isSeveral else { return fields.contains(place, in: coverage.fieldSet) }
        var found = false
        forEachSet(covering: resource, action) { found = found || fields.contains(place, in: $0) }
        return found
    }

    /// Calls `body` with every field that is allowed, once, in the order in which the grants name them; with none when
    /// all are.
    func forEachAllowedField(
        _ coverage: Coverage, _ resource: UnsafeRawBufferPointer, _ action: Action,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        if coverage.isEverything || coverage.isNothing { return }
        guard coverage.isSeveral else {
            for place in fields.places(in: coverage.fieldSet) { body(fields.names.name(Int(place))) }
            return
        }
        // In windows of the fields' numbers, so that the bits of one are on the stack.
        for window in stride(from: 0, to: fields.names.count, by: FieldSets.windowFields) {
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: FieldSets.windowFields / 64) { bits in
                bits.initialize(repeating: 0)
                forEachSet(covering: resource, action) { fields.mark($0, from: window, in: bits) }
                for index in bits.indices {
                    var word = bits[index]
                    while word != 0 {
                        body(fields.names.name(window + index * 64 + word.trailingZeroBitCount))
                        word &= word - 1
                    }
                }
            }
        }
    }

    /// The sets that go with what covers the resource: none or more.
    @inline(__always)
    private func forEachSet(
        covering resource: UnsafeRawBufferPointer, _ action: Action, _ body: (UInt16) -> Void
    ) {
        let lane = Int(action.rawValue)
        if everySets[lane] != FieldSets.none { body(everySets[lane]) }
        if let place = exact.find(resource) {
            let set = exactSets[place][lane]
            if set != FieldSets.none { body(set) }
        }
        if below.count == 0 { return }
        // What ends in "/" has nothing below it.
        for index in 0..<max(0, min(resource.count - 1, 255)) where resource[index] == UInt8(ascii: "/") {
            if belowLengths[index >> 6] & 1 << UInt64(index & 63) == 0 { continue }
            guard let place = below.find(UnsafeRawBufferPointer(rebasing: resource[..<index])) else { continue }
            let set = belowSets[place][lane]
            if set != FieldSets.none { body(set) }
        }
    }
}
