// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

@testable import KeyServer

/// A loop that is simulated, with its controller: a round does what has come since the last.
struct SimulatedLoop {
    /// What comes.
    enum Work {
        /// At a rate, in hundredths of what the loop can do.
        case rate(Int64)
        /// Likewise, what has come in so many milliseconds at once.
        case bursts(Int64, every: Int64)
        /// From clients that have so many in flight, and ask again as soon as they are answered.
        case clients(Int64)
    }

    var controller = LoadController(longest: .milliseconds(50))
    /// What a Validate takes, and what one takes that is shed.
    var cost: Int64
    let shedCost: Int64
    /// How much of what waits is read in a round.
    let roomOfRound: Int64
    /// What it does after each round that counts for none.
    var elsewhere: Int64 = 0
    private(set) var now: Int64 = 0
    /// Of the last run.
    private(set) var taken: Int64 = 0
    private(set) var shed: Int64 = 0
    private(set) var longest: Int64 = 0
    /// How much is left in the sockets.
    private(set) var left: Int64 = 0
    private var waiting: Int64 = 0
    private var rest: Int64 = 0

    init(cost: Int64, shedCost: Int64, roomOfRound: Int64 = .max) {
        self.roomOfRound = roomOfRound
        self.cost = cost
        self.shedCost = shedCost
    }

    mutating func run(_ milliseconds: Int64, _ work: Work) {
        let end = now + milliseconds * 1_000_000
        (taken, shed, longest) = (0, 0, 0)
        while now < end { round(work) }
    }

    /// The machine does something else.
    mutating func pause(_ milliseconds: Int64) {
        let start = now
        now += milliseconds * 1_000_000
        controller.endRound(from: start, to: now)
    }

    private mutating func round(_ work: Work) {
        if case .clients(let count) = work { waiting = count }
        let read = min(waiting, roomOfRound)
        left = waiting - read
        var shedNow: Int64 = 0
        if controller.isShedding {
            for _ in 0..<read where !controller.takes() {
                controller.noteShed(controller.asksForCost ? TimeSpan(nanoseconds: shedCost) : nil)
                shedNow += 1
            }
        }
        let takenNow = read - shedNow
        let length = 2_000 + takenNow * cost + shedNow * shedCost
        let start = now
        now += length
        taken += takenNow
        shed += shedNow
        longest = max(longest, length)
        controller.endRound(from: start, to: now, further: Int(left / roomOfRound), elsewhere: elsewhere)
        now += elsewhere
        switch work {
        case .rate(let load):
            // What came meanwhile waits for the next round.
            come(in: length + elsewhere, load)
        case .bursts(let load, let every):
            let period = every * 1_000_000
            let before = start / period
            // If nothing has come meanwhile the loop waits for the next.
            if left == 0, now / period == before { now = (before + 1) * period }
            come(in: (now / period - before) * period, load)
        case .clients:
            break
        }
    }

    private mutating func come(in time: Int64, _ load: Int64) {
        let come = time * load + rest
        waiting = left + come / (100 * cost)
        rest = come % (100 * cost)
    }
}
