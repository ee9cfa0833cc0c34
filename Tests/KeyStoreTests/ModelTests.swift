// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

@Suite struct ModelTests {
    /// More, and from another seed, in `make soak-model`.
    private static let steps = number("LATCHKEY_MODEL_STEPS")
    private static let seed = number("LATCHKEY_MODEL_SEED") ?? 1
    private static let shards = 4
    /// As `make test` does it.
    private static let shardSteps = 2_500

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }

    @Test(
        "R1 to R12, R14 to R16, B1, B4, B5, B8: random commands, clock jumps and crashes: the store answers as a naive model does",
        arguments: 0..<shards)
    func random(shard: Int) async {
        // A seed that failed is run alone by asking for as many steps as it took: they are the first shard's.
        let asked = Self.steps.map { shard == 0 ? ($0 + Self.shards - 1) / Self.shards : $0 / Self.shards }
        let isAlone = Self.steps.map { $0 <= ModelSimulation.stepsPerSeed } ?? false
        let steps = isAlone ? (shard == 0 ? Self.steps ?? 0 : 0) : asked ?? Self.shardSteps
        if steps == 0 { return }
        let seed = UInt64(Self.seed) &+ UInt64(shard) &* 1_000_000_000
        let outcome = await ModelSimulation.run(seed: seed, steps: steps)
        print("model simulation from seed \(seed):\n\(outcome)")
        for failure in outcome.failures.prefix(5) { Issue.record("\(failure)") }
        #expect(outcome.failures.count == 0)
        #expect(outcome.steps == steps)
        if steps >= Self.shardSteps { #expect(outcome.missing == [], "it was a calm day") }
    }
}
