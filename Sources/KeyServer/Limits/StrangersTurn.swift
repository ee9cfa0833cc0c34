// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// How many frames a connection that speaks for nobody had answered in a tick of its loop.
struct StrangersTurn {
    private var tick: UInt64 = 0
    private var count = 0

    /// Counts one more, and says whether that is too many.
    ///
    /// - Parameter isShort: Others have used up what strangers may have; the first frame is answered all the same, for it
    ///   may say who this is.
    mutating func isOver(at now: UInt64, isShort: Bool) -> Bool {
        if tick != now { (tick, count) = (now, 0) }
        count += 1
        return count > (isShort ? 1 : Limits.strangersFrames)
    }
}
