// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyServer

/// The controller against a loop that is simulated: work comes at a rate, and a round does what has come since the last.
@Suite struct LoadControllerTests {
    /// A loop that can do a Validate in `cost`, and shed one in `shedCost`.
    private struct Loop {
        var controller = LoadController(longest: .milliseconds(5))
        var now: Int64 = 0
        var taken: Int64 = 0
        var shed: Int64 = 0
        var longest: Int64 = 0
        private var waiting: Int64 = 0
        private var rest: Int64 = 0
        let cost: Int64 = 20_000
        let shedCost: Int64 = 1_600
        /// As many may be in flight.
        let room: Int64 = 640

        /// Runs for so long at a load of so many hundredths of what it can do.
        mutating func run(_ milliseconds: Int64, load: Int64) {
            let end = now + milliseconds * 1_000_000
            (taken, shed, longest) = (0, 0, 0)
            while now < end {
                let start = now
                var length: Int64 = 2_000
                for _ in 0..<waiting {
                    if controller.isShedding, !controller.takes() {
                        shed += 1
                        length += shedCost
                    } else {
                        taken += 1
                        length += cost
                    }
                }
                now += length
                longest = max(longest, length)
                controller.endRound(from: start, to: now)
                // What came meanwhile waits for the next round.
                let come = length * load + rest
                waiting = min(come / (100 * cost), room)
                rest = come % (100 * cost)
            }
        }
    }

    @Test("R13: under 0.8 of what it can do nothing is shed")
    func calm() {
        var loop = Loop()
        loop.run(2_000, load: 80)
        #expect(loop.shed == 0)
        #expect(!loop.controller.isShedding)
    }

    @Test("R13: at twice what it can do, 0.8 of it and more is done, and what is taken waits a fifth of the longest")
    func overload() {
        var loop = Loop()
        loop.run(1_000, load: 200)
        #expect(loop.controller.isShedding)
        loop.run(5_000, load: 200)
        let capacity = 5_000 * 1_000_000 / loop.cost
        // With what shedding costs, 0.913 of it can be had.
        #expect(loop.taken > capacity * 85 / 100)
        #expect(loop.longest < 2_500_000)
        loop.run(1_000, load: 80)
        #expect(!loop.controller.isShedding)
        loop.run(1_000, load: 80)
        #expect(loop.shed == 0)
    }

    @Test("R13: one long round, or a few, shed nothing; neither does it when it is off")
    func bursts() {
        var controller = LoadController(longest: .milliseconds(5))
        var now: Int64 = 0
        for _ in 0..<100 {
            for _ in 0..<9 {
                controller.endRound(from: now, to: now + 10_000_000)
                now += 10_000_000
            }
            controller.endRound(from: now, to: now + 1_000)
            now += 1_000
            #expect(!controller.isShedding)
        }
        var off = LoadController(longest: .zero)
        #expect(off.isOff)
        off = LoadController(longest: .milliseconds(1))
        for step in 0..<11 { off.endRound(from: Int64(step) * 10_000_000, to: Int64(step + 1) * 10_000_000) }
        #expect(off.isShedding)
    }

    @Test("R13: no time, however far off, ends the program")
    func extremes() {
        for times in [[Int64.min, .max], [.max, .min], [0, .max], [.max, .max], [.min, .min]] {
            var controller = LoadController(longest: .milliseconds(10_000))
            for _ in 0..<20 {
                controller.endRound(from: times[0], to: times[1])
                controller.endRound(from: 0, to: .max)
                _ = controller.takes()
            }
        }
    }
}
