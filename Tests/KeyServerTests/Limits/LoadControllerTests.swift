// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyServer

/// The controller against a loop that is simulated.
@Suite struct LoadControllerTests {
    /// Frames that come one at a time.
    private var seldom: SimulatedLoop { SimulatedLoop(cost: 20_000, shedCost: 1_600) }
    /// Frames that come by the hundred.
    private var many: SimulatedLoop { SimulatedLoop(cost: 700, shedCost: 70) }

    @Test("R13: under 0.8 of what it can do nothing is shed")
    func calm() {
        var loop = seldom
        loop.run(2_000, .rate(80))
        #expect(loop.shed == 0)
        #expect(!loop.controller.isShedding)
    }

    @Test(
        "R13: at twice what it can do, 0.85 of it and more is done, and what is taken waits far less than the longest")
    func overload() {
        var loop = seldom
        loop.run(1_000, .rate(200))
        #expect(loop.controller.isShedding)
        loop.run(10_000, .rate(200))
        let capacity = 10_000 * 1_000_000 / loop.cost
        // With what shedding costs, 0.913 of it can be had.
        #expect(loop.taken > capacity * 85 / 100)
        #expect(loop.longest < 10_000_000)
        // What waits is done first.
        loop.run(1_000, .rate(80))
        #expect(!loop.controller.isShedding)
        loop.run(1_000, .rate(80))
        #expect(loop.shed == 0)
    }

    @Test("R13: clients that pause under too much load do not end shedding, which would take so long to begin again")
    func pause() {
        var loop = seldom
        loop.run(1_000, .rate(200))
        loop.run(400, .rate(50))
        #expect(loop.controller.isShedding)
        loop.run(1_000, .rate(50))
        #expect(!loop.controller.isShedding)
    }

    @Test("R13: of what comes in bursts as much is taken as keeps the loop busy, and no more")
    func bursts() {
        var loop = seldom
        loop.run(1_000, .rate(200))
        #expect(loop.controller.isShedding)
        loop.run(2_000, .bursts(200, every: 20))
        loop.run(10_000, .bursts(200, every: 20))
        #expect(loop.taken * loop.cost > 10_000_000_000 * 8 / 10)
        #expect(loop.longest < 30_000_000)
        // And is short again when they come evenly.
        loop.run(2_000, .rate(200))
        loop.run(2_000, .rate(200))
        #expect(loop.longest < 10_000_000)
    }

    @Test("R13: what strangers and handshakes take is not idle, and neither does a low load let others wait longer")
    func notIdle() {
        var loop = seldom
        loop.run(1_000, .rate(200))
        // As much time again, between two rounds.
        loop.elsewhere = 2_000_000
        loop.run(3_000, .rate(200))
        loop.run(3_000, .rate(200))
        #expect(loop.longest < 10_000_000)
        for _ in 0..<20 {
            loop.run(400, .bursts(30, every: 20))
            loop.run(400, .rate(200))
        }
        #expect(loop.longest < 25_000_000)
    }

    @Test("R13: what waits in the sockets of few connections counts, however short a round of them is")
    func fewConnections() {
        var loop = SimulatedLoop(cost: 1_600, shedCost: 160, roomOfRound: 3_000)
        loop.run(1_000, .rate(200))
        #expect(loop.controller.isShedding)
        loop.run(1_000, .rate(200))
        loop.run(5_000, .rate(200))
        #expect(loop.taken * loop.cost > 5_000_000_000 * 8 / 10)
        #expect(loop.left < 4 * loop.roomOfRound)
    }

    @Test("R13: clients that wait for answers are not shed, however many, while all together wait less than they may")
    func deepClients() {
        for count: Int64 in [3_200, 12_800, 50_000] {
            var loop = many
            loop.run(10_000, .clients(count))
            #expect(loop.shed == 0)
        }
    }

    @Test("R13: so many clients that all would wait too long are shed, and as much time is spent on the others")
    func tooManyClients() {
        var loop = many
        loop.run(1_000, .clients(400_000))
        loop.run(2_000, .clients(400_000))
        #expect(loop.controller.isShedding)
        #expect(loop.longest < 300_000_000)
        #expect(loop.taken * loop.cost > 900_000_000)
    }

    @Test("R13: after a hiccup of the machine nothing is shed, and after one that was slow for a while not for long")
    func hiccup() {
        for count: Int64 in [640, 3_200, 4_000] {
            var loop = many
            loop.run(1_000, .clients(count))
            #expect(loop.shed == 0)
            loop.pause(300)
            loop.run(500, .clients(count))
            #expect(loop.shed == 0)
            // Twenty times as slow for so long that it must shed, if there are enough.
            loop.cost *= 20
            loop.run(300, .clients(count))
            #expect(loop.controller.isShedding == (count == 4_000))
            loop.cost /= 20
            loop.run(500, .clients(count))
            loop.run(1_000, .clients(count))
            #expect(!loop.controller.isShedding)
            #expect(loop.shed == 0)
        }
    }

    @Test("R13: clients so many that they are shed on after that have most of the time all the same")
    func afterHiccup() {
        var loop = many
        loop.cost *= 10
        loop.run(300, .clients(50_000))
        loop.cost /= 10
        loop.run(1_000, .clients(50_000))
        loop.run(1_000, .clients(50_000))
        #expect(loop.taken * loop.cost > 550_000_000)
    }

    @Test("R13: one long round, or a few, shed nothing; neither does it when it is off")
    func longRounds() {
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
