// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeyModel

@Suite struct FailureMeterTests {
    private static let start: Int64 = 1_767_225_600_000_000_000
    private typealias Party = FailureMeter.Party

    private func time(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: Self.start + nanoseconds) }

    @Test("R13: past the limit it says for how long, to who failed and to nobody else; then it lets one through")
    func limit() {
        let meter = FailureMeter(RateLimit(requests: 10, perSeconds: 1, burst: 3))
        let (guesser, other) = (Party("guesser"), Party("other"))
        for _ in 0..<3 {
            #expect(meter.wait(for: guesser, at: time(0)) == nil)
            meter.count(guesser, at: time(0))
        }
        #expect(meter.mayHold(at: time(0)))
        #expect(meter.wait(for: guesser, at: time(0)) == .milliseconds(100))
        #expect(meter.wait(for: other, at: time(0)) == nil)
        #expect(meter.wait(for: guesser, at: time(100_000_000)) == nil)
        #expect(!meter.mayHold(at: time(100_000_000)))
        // What comes too early counts for nothing, however much it is.
        for _ in 0..<1_000 { meter.count(guesser, at: time(0)) }
        #expect(meter.wait(for: guesser, at: time(100_000_000)) == nil)
    }

    @Test("R13: without a limit nobody ever waits")
    func off() {
        let meter = FailureMeter(nil)
        for _ in 0..<10_000 { meter.count(Party(1), at: time(0)) }
        #expect(meter.wait(for: Party(1), at: time(0)) == nil)
    }

    @Test("R13: failures at random times are held as a naive account of each party holds them")
    func property() {
        var generator = Seed.generator(for: "failures")
        for _ in 0..<60 {
            let limit = RateLimit(
                requests: .random(in: 1...20, using: &generator), perSeconds: .random(in: 1...5, using: &generator),
                burst: .random(in: 1...10, using: &generator))
            // As many parties as there are places in any set: none is pushed out.
            let meter = FailureMeter(limit, sets: 1)
            let parties = (0..<8).map { Party($0) }
            var naive = [NaiveAccount](repeating: NaiveAccount(limit), count: 8)
            var now: Int64 = 0
            for _ in 0..<600 {
                now += [0, 0, 1, 1_000_000, 40_000_000, 400_000_000][Int.random(in: 0..<6, using: &generator)]
                let index = Int.random(in: 0..<8, using: &generator)
                let wait = naive[index].wait(at: now)
                #expect(meter.wait(for: parties[index], at: time(now)) == wait.map { .milliseconds($0) })
                if wait != nil, Bool.random(using: &generator) { continue }
                if wait == nil { naive[index].fail(at: now) }
                meter.count(parties[index], at: time(now))
            }
        }
    }

    /// A bucket of nanoseconds that runs empty: every failure puts an interval into it.
    private struct NaiveAccount {
        let interval: Int64
        let capacity: Int64
        var level: Int64 = 0
        var last: Int64 = 0

        init(_ limit: RateLimit) {
            interval = Int64((Double(limit.perSeconds) * 1e9 / Double(limit.requests)).rounded(.up))
            capacity = interval * Int64(limit.burst)
        }

        /// In milliseconds, rounded up.
        func wait(at now: Int64) -> Int64? {
            let missing = max(0, level - (now - last)) + interval - capacity
            return missing > 0 ? (missing + 999_999) / 1_000_000 : nil
        }

        mutating func fail(at now: Int64) {
            level = max(0, level - (now - last)) + interval
            last = now
        }
    }

    @Test("R13: a flood of addresses does not have those forgotten who are past the limit, and takes no memory")
    func flood() {
        let meter = FailureMeter(RateLimit(requests: 1, perSeconds: 60, burst: 5), sets: 4)
        let guessers = (0..<4).map { Party("guesser \($0)") }
        for guesser in guessers { for _ in 0..<5 { meter.count(guesser, at: time(0)) } }
        for number in 0..<100_000 { meter.count(Party(number), at: time(Int64(number))) }
        for guesser in guessers { #expect(meter.wait(for: guesser, at: time(100_000)) != nil) }
    }

    @Test("R13: counting and asking from many threads at once neither ends the program nor holds who did nothing")
    func threads() async {
        let meter = FailureMeter(RateLimit(requests: 1, perSeconds: 60, burst: 2), sets: 2)
        let innocent = Party("innocent")
        let start = time(0)
        await withTaskGroup(of: Bool.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var isHeld = false
                    for number in 0..<20_000 {
                        meter.count(Party(worker * 20_000 + number % 100), at: start)
                        if meter.wait(for: innocent, at: start) != nil { isHeld = true }
                    }
                    return isHeld
                }
            }
            for await isHeld in group { #expect(!isHeld) }
        }
    }
}
