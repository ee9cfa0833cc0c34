// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What faults a simulation has really met, so that a test can show that it was not a calm day.
package struct CrashTally: Sendable, Equatable, CustomStringConvertible {
    /// Power cuts.
    package var cuts = 0
    /// Changes that were not synced and that the cut took whole.
    package var dropped = 0
    /// Writes of which only some sectors survived.
    package var torn = 0
    /// Cuts that took a change and left a later one, of the same file or another.
    package var reordered = 0
    /// Errors that were asked for and returned.
    package var errors = 0
    /// Of those, writes that left a part of their bytes.
    package var shortWrites = 0
    /// Pages that a failed sync dropped.
    package var lostPages = 0

    package init() {}

    package static func += (left: inout CrashTally, right: CrashTally) {
        left.cuts += right.cuts
        left.dropped += right.dropped
        left.torn += right.torn
        left.reordered += right.reordered
        left.errors += right.errors
        left.shortWrites += right.shortWrites
        left.lostPages += right.lostPages
    }

    /// The rows of a table of two columns.
    package var description: String {
        [
            ("power cuts", cuts), ("changes dropped", dropped), ("writes torn", torn),
            ("cuts that reordered", reordered), ("errors returned", errors), ("short writes", shortWrites),
            ("pages lost by a failed sync", lostPages),
        ].map { name, count in "| \(name) | \(count) |" }.joined(separator: "\n")
    }
}
