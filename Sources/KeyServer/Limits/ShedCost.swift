// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What the frames that were shed in a round took of it: their number, times what one of them takes as some show.
struct ShedCost {
    private var count: Int64 = 0
    /// Of one, in nanoseconds, smoothed.
    private var one: Int64 = 0

    /// Whether the next is one that shows.
    @inline(__always)
    var isAsked: Bool { count & (Limits.shedCostSample - 1) == 0 }

    @inline(__always)
    mutating func note(_ span: TimeSpan?) {
        count += 1
        guard let span else { return }
        // One that the machine was taken away from shows nothing.
        let nanoseconds = min(max(0, span.nanoseconds), Limits.shedCostNanoseconds)
        one = one == 0 ? nanoseconds : one + (nanoseconds - one) / 8
    }

    /// Of all in this round, in nanoseconds.
    var ofRound: Int64 { count * one }

    mutating func endRound() { count = 0 }
}
