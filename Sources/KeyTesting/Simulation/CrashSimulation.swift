// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore

/// The whole store, but for its threads, on a simulated disk and clock: it lives, is ended by a fault at some operation,
/// is found again as that fault leaves it, and must hold what a reference model says that it acknowledged. Then it lives
/// on from there. One seed, one thread; the same seed does the same.
package struct CrashSimulation {
    /// How a life ends.
    enum End: CaseIterable {
        /// The power goes, during an operation or between two.
        case powerCut
        /// An operation fails: the program ends, and is started again on what it left, or after a power cut.
        case failure
        /// The program is killed; what it wrote is there, synced or not.
        case kill
        case cleanStop
        /// Afterwards the end of the journal is damaged, which no power cut would do.
        case damage
    }

    package private(set) var outcome = SimulationOutcome()
    private var random: SplitMix64
    private let seed: UInt64
    private var disk: SimulatedStorage
    private var world: SimulatedWorld

    private init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        disk = SimulatedStorage()
        world = SimulatedWorld(seed: seed)
    }

    /// As many lives as have `points` ends in all, a few from each seed from `seed` on, so that failures name a seed that
    /// is quickly run again.
    ///
    /// Lets others run after each seed, as it takes long and waits for nothing.
    package static func run(seed: UInt64, points: Int, livesPerSeed: Int = 12) async -> SimulationOutcome {
        var total = SimulationOutcome()
        var next = seed
        while total.points < points {
            var simulation = CrashSimulation(seed: next)
            simulation.run(lives: min(livesPerSeed, points - total.points))
            total += simulation.outcome
            next &+= 1
            await Task.yield()
        }
        return total
    }

    private mutating func run(lives: Int) {
        for life in 1...max(1, lives) {
            let end = drawEnd()
            disk.capacity = random.next() % 8 == 0 ? disk.usedBytes + Int(random.next() % 12_000) : nil
            let isFaulty = end == .failure || end == .powerCut || end == .kill
            let excuse: SimulatedWorld.Excuse = isFaulty ? .anyError : disk.capacity == nil ? .nothing : .fullDisk
            let steps = Int(random.next() % 24) + 1
            let complaint = world.live(on: disk, steps: steps, excuse: excuse, stopsCleanly: end == .cleanStop)
            outcome.points += 1
            outcome.operations += disk.operations
            if let complaint {
                outcome.failures.append("seed \(seed), life \(life) (\(end)): \(complaint)")
                break
            }
            follow(end)
        }
        outcome.tally += disk.tally
        outcome.records += world.recordCount
        outcome.retries += world.retryCount
        outcome.snapshots += world.snapshotCount
    }

    private mutating func drawEnd() -> End {
        let operation = Int(random.next() % 90) + 1
        switch random.next() % 16 {
        case 0...6:
            disk.cutPower(duringOperation: operation)
            return .powerCut
        case 7...10:
            let codes: [Int32] = [5, 5, 28]
            disk.fail(
                SimulatedFault(
                    operation: operation, code: codes[Int(random.next() % 3)],
                    shortBytes: random.next() % 2 == 0 ? Int(random.next() % 600) : 0,
                    losesPages: random.next() % 2 == 0))
            return .failure
        case 11, 12:
            // The disk takes nothing more from then on, and loses nothing: the program is gone, the machine is not.
            disk.cutPower(duringOperation: operation)
            return .kill
        case 13: return .damage
        default: return .cleanStop
        }
    }

    /// The disk as the next life finds it.
    private mutating func follow(_ end: End) {
        let before = disk
        switch end {
        case .powerCut: disk = before.crashed(seed: random.next())
        case .failure: disk = random.next() % 2 == 0 ? before.restarted() : before.crashed(seed: random.next())
        case .kill, .cleanStop: disk = before.restarted()
        case .damage:
            let damaged = before.restarted()
            let lost = world.damageTail(of: damaged, &random)
            outcome.damages += 1
            // Found for damage: as it should be. An operator brings the disk back as it was.
            let isRefused = lost && world.isRefused(damaged)
            outcome.refused += isRefused ? 1 : 0
            disk = isRefused ? before.restarted() : damaged
            if !isRefused { world.mayHaveLostUnknown() }
        }
    }
}

/// What a simulation came to.
package struct SimulationOutcome: Sendable, CustomStringConvertible {
    /// Ends of lives.
    package var points = 0
    package var operations = 0
    package var records = 0
    /// Requests that came again and were recognised.
    package var retries = 0
    package var snapshots = 0
    /// Ends of the journal that were damaged, and of those the ones that were refused as corruption.
    package var damages = 0
    package var refused = 0
    package var tally = CrashTally()
    package var failures: [String] = []

    package static func += (sum: inout SimulationOutcome, other: SimulationOutcome) {
        sum.points += other.points
        sum.operations += other.operations
        sum.records += other.records
        sum.retries += other.retries
        sum.snapshots += other.snapshots
        sum.damages += other.damages
        sum.refused += other.refused
        sum.tally += other.tally
        sum.failures += other.failures
    }
    /// The rows of a table of two columns.
    package var description: String {
        let rows = [
            ("ends of lives", points), ("operations on the disk", operations), ("changes made", records),
            ("retries recognised", retries),
            ("snapshots finished", snapshots), ("journal ends damaged", damages), ("of those refused", refused),
        ].map { name, count in "| \(name) | \(count) |" }
        return rows.joined(separator: "\n") + "\n\(tally)\n| failures | \(failures.count) |"
    }
}
