// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

@Suite struct UsageSimulationTests {
    /// More, and from another seed, in `make soak-usage`.
    private static let lives = number("LATCHKEY_USAGE_LIVES") ?? 2_400
    private static let seed = number("LATCHKEY_USAGE_SEED") ?? 1
    private static let shards = 4
    /// On one disk.
    private static let livesInWorld = 12

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }

    @Test(
        "R17, B3, storage rule 11: over crashes, full disks and clock jumps no sequence comes twice or goes back, no event comes twice, and nothing that was synced is missing without being told",
        arguments: 0..<shards)
    func lives(shard: Int) async throws {
        let seed = UInt64(Self.seed) &+ UInt64(shard) &* 1_000_000_000
        var (lives, stops, jumps, events, failures) = (0, 0, 0, 0, [String]())
        var gaps: [String: Int] = [:]
        var tally = CrashTally()
        for world in 0..<max(1, Self.lives / Self.shards / Self.livesInWorld) {
            var simulation = UsageSimulation(seed: seed &+ UInt64(world))
            try await simulation.live(Self.livesInWorld)
            lives += simulation.lives
            stops += simulation.cleanStops
            jumps += simulation.clockJumps
            events += simulation.witness.events
            failures += simulation.witness.failures
            gaps.merge(simulation.witness.gaps, uniquingKeysWith: +)
            tally += simulation.tally
        }
        print(
            """
            usage simulation from seed \(seed): \(lives) lives, \(stops) clean stops, \(events) events, \
            \(jumps) clock jumps, gaps \(gaps.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }):
            \(tally)
            """)
        for failure in failures.prefix(5) { Issue.record("\(failure)") }
        #expect(failures.isEmpty)
    }
}
