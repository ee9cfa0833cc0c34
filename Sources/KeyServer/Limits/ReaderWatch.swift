// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Whether a peer reads what is written to it, told by what the system takes of it, in ticks of the event loop.
///
/// How much waits says little: who asks for much at once and reads as fast as he can has much waiting too. Slow is for
/// whom it stays.
struct ReaderWatch {
    /// Wraps around; only differences are looked at.
    private var written: Int64 = 0
    /// When so much had been taken that it counts, and how much had been by then.
    private var mark: UInt64 = 0
    private var takenAtMark: Int64 = 0

    mutating func noteWrite(_ bytes: Int) { written &+= Int64(bytes) }

    /// From here on more waits than is written at once.
    mutating func begin(at tick: UInt64, waiting bytes: Int) {
        mark = tick
        takenAtMark = written &- Int64(bytes)
    }

    /// Whether nothing to speak of was taken for so many ticks.
    mutating func isStuck(for ticks: UInt64, at tick: UInt64, waiting bytes: Int) -> Bool {
        let taken = written &- Int64(bytes)
        if taken &- takenAtMark >= Limits.readBytes {
            mark = tick
            takenAtMark = taken
        }
        return tick - mark >= ticks
    }
}
