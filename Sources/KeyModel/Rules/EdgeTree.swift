// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Says whether a number is in any of many ranges, touching as little memory as can be.
///
/// The ranges are merged and kept as their edges, ascending: where one begins, and where it has ended. A number is
/// inside when an odd number of edges is at or below it. Above the edges lies every 16th of them, above those every
/// 16th again, until 16 or fewer are left; a search takes 16 neighbours on each level, so for 1,000 ranges of IPv4 three
/// cache lines:
///
///     [ all edges | every 16th | every 256th ]
struct EdgeTree<Number: FixedWidthInteger & BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Unchecked because of the pointer into a `RuleMemory`: it is written before the rules are shared, only read
    // afterwards, and kept by the `KeyRules` that hold this too.
    private let levels: UnsafeBufferPointer<Number>
    /// How many edges there are.
    private let count: Int

    init(ranges: [ClosedRange<Number>], in memory: RuleMemory) {
        var edges: [Number] = []
        var end: Number?
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = end, last == .max || range.lowerBound <= last + 1 {
                end = max(last, range.upperBound)
                continue
            }
            if let end { edges.append(end + 1) }
            edges.append(range.lowerBound)
            end = range.upperBound
        }
        // A range up to the last number has no end among the numbers.
        if let end, end != .max { edges.append(end + 1) }
        count = edges.count
        var level = edges
        var levels = edges
        while level.count > 16 {
            level = stride(from: 0, to: level.count, by: 16).map { level[$0] }
            levels += level
        }
        self.levels = memory.keep(levels)
    }

    func contains(_ number: Number) -> Bool {
        if count == 0 { return false }
        var (height, start, size) = (0, 0, count)
        while size > 16 {
            start += size
            size = (size + 15) >> 4
            height += 1
        }
        var rank = 0
        while true {
            // The neighbours below the last edge that was found on the level above.
            let begin = max(0, rank - 1) * 16
            rank = begin
            for index in begin..<min(begin + 16, size) {
                rank += levels[start + index] <= number ? 1 : 0
            }
            if rank == 0 || height == 0 { return rank & 1 == 1 }
            height -= 1
            size = (count + (1 << (4 * height)) - 1) >> (4 * height)
            start -= size
        }
    }
}
