// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// Random commands to the reference model and to the real store, with a clock that jumps and crashes in between; after
/// each, the two must have answered the same. One seed, one thread; the same seed does the same.
package struct ModelSimulation {
    var outcome = ModelOutcome()
    /// Each seed is of as many steps at most, and begins with an empty store.
    package static let stepsPerSeed = 500

    let seed: UInt64
    let real: RealStore
    var draw: ModelDraw
    var model = ModelStore()
    /// The model after each mutation that is not known to be acknowledged, and the last that is.
    var stages = [ModelStore()]
    var lastNow = Timestamp(nanoseconds: 0)
    var usageIDs: Set<[UInt8]> = []
    var command = Command.compareClocks

    private init(seed: UInt64) throws {
        self.seed = seed
        draw = ModelDraw(seed: seed)
        real = try RealStore()
    }

    /// As many steps in all, a few hundred from each seed from `seed` on, so that a failure names a seed that is quickly
    /// run again.
    ///
    /// Lets others run after each seed, as it takes long and waits for nothing.
    package static func run(seed: UInt64, steps: Int) async -> ModelOutcome {
        var total = ModelOutcome()
        var next = seed
        while total.steps < steps {
            let count = min(stepsPerSeed, steps - total.steps)
            do {
                var simulation = try ModelSimulation(seed: next)
                simulation.run(steps: count)
                total += simulation.outcome
            } catch {
                total.failures.append("seed \(next): \(error)")
                total.steps += count
            }
            next &+= 1
            await Task.yield()
        }
        return total
    }

    mutating func run(steps: Int) {
        for step in 1...max(1, steps) {
            do {
                try take()
                if step % 50 == 0 || step == steps { try compareAll() }
            } catch {
                outcome.failures.append(
                    """
                    seed \(seed), step \(step), of its own: make soak-model SEED=\(seed) STEPS=\(step)
                    command:  \(command)
                    \(error)
                    """)
                // What comes after is of two stores that differ.
                outcome.steps += steps - step + 1
                return
            }
            outcome.steps += 1
        }
    }

    /// What is done in a step.
    enum Command {
        case call(Call)
        case pass(TimeSpan)
        case setWall(Timestamp)
        case compareClocks, snapshotStep
        case crash(RealStore.End)
    }

    /// What is wrong, for whoever reads the failure.
    struct Difference: Error, CustomStringConvertible {
        let description: String

        init(expected: Any, found: Any) { description = "expected: \(expected)\nfound:    \(found)" }
    }

    mutating func take() throws {
        switch draw.below(100) {
        case 0..<80: try make(draw.call(model, real.now()))
        case 80..<92: try pass()
        case 92:
            let jump = Int64(draw.below(9) - 4) * draw.span().nanoseconds
            let wall = real.clock.wallTime().advanced(by: TimeSpan(nanoseconds: jump))
            command = .setWall(wall)
            outcome.count("wall clock set")
            real.clock.setWall(wall)
        case 93, 94:
            command = .compareClocks
            outcome.count("clocks compared")
            real.life.clock.compare()
        case 95...97:
            command = .snapshotStep
            outcome.count("snapshot steps")
            if try real.snapshot(slices: draw.below(8) + 2) { outcome.count("snapshots finished") }
        default: try crash(draw.pick(RealStore.End.allCases))
        }
    }
}
