// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

@Suite struct CrashSimulationTests {
    /// More, and from another seed, in `make soak-crash-sim`.
    private static let points = number("LATCHKEY_CRASH_POINTS") ?? 20_000
    private static let seed = number("LATCHKEY_CRASH_SEED") ?? 1
    private static let shards = 4

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }

    @Test(
        "storage rules 1 to 11, B7: after every crash the store is what it was after some command that was asked of it, nothing acknowledged is missing, and no request is carried out twice",
        arguments: 0..<shards)
    func crashes(shard: Int) async {
        let seed = UInt64(Self.seed) &+ UInt64(shard) &* 1_000_000_000
        let outcome = await CrashSimulation.run(seed: seed, points: Self.points / Self.shards)
        print("crash simulation from seed \(seed):\n\(outcome)")
        for failure in outcome.failures.prefix(5) { Issue.record("\(failure)") }
        #expect(outcome.failures.count == 0)
        // It was no calm day.
        #expect(outcome.points == Self.points / Self.shards)
        #expect(min(outcome.tally.dropped, outcome.tally.torn, outcome.tally.reordered) > 30)
        #expect(min(outcome.tally.errors, outcome.tally.shortWrites, outcome.tally.lostPages) > 30)
        #expect(outcome.snapshots > 100)
        #expect(outcome.retries > 1_000)
        #expect(outcome.refused > 10)
    }
}
