// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Whether shedding helps: all Validates are taken for a while, and the queue grows or does not. Times are of one clock.
struct ShedTrial {
    enum Outcome { case goesOn, failed, passed }

    /// When the next is due; `nil` = it is to be said at the end of this round.
    private var due: Int64?
    private var interval = Self.shortest
    /// How many Validates came in a round lately, at most: it forgets slowly, because rounds differ.
    private var peak: Int64 = 0
    private var rounds = 0
    private var longest: Int64 = 0
    /// Rounds up to this length are of a queue that shedding did not make shorter,
    private var borne: Int64 = 0
    /// until there were none that needed it for so long.
    private var borneUntil: Int64 = .min

    private static let shortest = Limits.shedTrialMilliseconds * 1_000_000
    private static let patience = Limits.shedPatienceMilliseconds * 1_000_000
    private static let memory = Limits.shedMemoryMilliseconds * 1_000_000
    private static let mostBorne = Limits.shedBorneMilliseconds * 1_000_000

    /// Shedding begins.
    mutating func begin(at end: Int64) {
        interval = Self.shortest
        due = end &+ interval
        peak = 0
    }

    /// A round has ended in which some were shed, and so many came: whether a trial begins.
    mutating func isDue(_ queue: Int64, at end: Int64) -> Bool {
        peak = max(queue, peak - peak / 16)
        let time = due ?? end &+ interval
        due = time
        guard end >= time else { return false }
        rounds = 0
        longest = 0
        return true
    }

    /// Whether the queue is no longer than without a trial, or not by much.
    @inline(__always)
    func bears(queue: Int64) -> Bool { queue <= peak + peak / 2 + 8 }

    /// A round of a trial has ended, which has lasted for `time`.
    mutating func judge(_ length: Int64, for time: Int64) -> Outcome {
        rounds += 1
        longest = max(longest, length)
        if length > Self.mostBorne {
            fail()
            return .failed
        }
        return time >= Self.patience && rounds >= Limits.shedTrialRounds ? .passed : .goesOn
    }

    /// The queue has grown: shedding goes on, and the next trial is twice as far away.
    mutating func fail() {
        interval = min(interval * 2, Limits.longestShedTrialMilliseconds * 1_000_000)
        due = nil
    }

    /// It has not, at this length of its rounds.
    mutating func pass(_ allowed: Int64, at end: Int64) {
        guard longest > allowed else { return }
        borne = longest + longest / 2
        borneUntil = end &+ Self.memory
    }

    /// Whether a round that is too long is of a queue that shedding makes no shorter.
    mutating func bears(_ length: Int64, at end: Int64) -> Bool {
        guard end < borneUntil, length <= borne else { return false }
        borneUntil = end &+ Self.memory
        return true
    }
}
