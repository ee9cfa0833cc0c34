// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

@testable import KeyServer

/// A loop that is simulated, with its controller: a round does what has come since the last.
struct SimulatedLoop {
    /// What comes.
    enum Work {
        /// At a rate, in hundredths of what the loop can do, and at most so many in flight.
        case rate(Int64, room: Int64)
        /// From clients that have so many in flight, and ask again as soon as they are answered.
        case clients(Int64)
    }

    var controller = LoadController(longest: .milliseconds(5))
    /// What a Validate takes, and what one takes that is shed.
    var cost: Int64
    let shedCost: Int64
    private(set) var now: Int64 = 0
    /// Of the last run.
    private(set) var taken: Int64 = 0
    private(set) var shed: Int64 = 0
    private(set) var longest: Int64 = 0
    /// Those that were taken in rounds of more than 2.5 ms.
    private(set) var late: Int64 = 0
    private var waiting: Int64 = 0
    private var rest: Int64 = 0

    init(cost: Int64, shedCost: Int64) {
        self.cost = cost
        self.shedCost = shedCost
    }

    mutating func run(_ milliseconds: Int64, _ work: Work) {
        let end = now + milliseconds * 1_000_000
        (taken, shed, longest, late) = (0, 0, 0, 0)
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
        var shedNow: Int64 = 0
        if controller.isShedding {
            for _ in 0..<waiting where !controller.takes() {
                controller.noteShed(controller.asksForCost ? TimeSpan(nanoseconds: shedCost) : nil)
                shedNow += 1
            }
        }
        let takenNow = waiting - shedNow
        let length = 2_000 + takenNow * cost + shedNow * shedCost
        let start = now
        now += length
        taken += takenNow
        shed += shedNow
        longest = max(longest, length)
        if length > 2_500_000 { late += takenNow }
        controller.endRound(from: start, to: now)
        if case .rate(let load, let room) = work {
            // What came meanwhile waits for the next round.
            let come = length * load + rest
            waiting = min(come / (100 * cost), room)
            rest = come % (100 * cost)
        }
    }
}
