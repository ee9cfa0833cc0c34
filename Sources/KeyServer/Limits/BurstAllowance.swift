// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// How long what is taken may wait while the rest is shed: as short as keeps the event loop busy.
///
/// What comes evenly needs little. Of what comes in bursts, so little would be taken that the loop then waits idle for the
/// next: so the time grows while the loop is idle, and shrinks while it is not.
struct BurstAllowance {
    /// How long, from the shortest to the longest.
    private(set) var nanoseconds: Int64
    private let shortest: Int64
    private let longest: Int64
    /// Since it was set last.
    private var span: Int64 = 0
    private var busy: Int64 = 0

    private static let reaction = Limits.shedReactionMilliseconds * 1_000_000

    init(longest: Int64) {
        self.longest = max(1, longest)
        shortest = max(1, longest / Limits.shedWantedShare)
        nanoseconds = shortest
    }

    mutating func reset() { self = BurstAllowance(longest: longest) }

    /// The loop was busy for so long of a time that has passed.
    mutating func note(busy: Int64, of span: Int64) {
        self.busy += min(busy, span)
        self.span += span
        if self.span < Self.reaction { return }
        let isIdle = self.span - self.busy > self.span / Limits.shedIdleShare
        nanoseconds =
            isIdle ? min(nanoseconds + nanoseconds / 8, longest) : max(nanoseconds - nanoseconds / 16, shortest)
        self.span = 0
        self.busy = 0
    }
}
