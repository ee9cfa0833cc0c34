// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import KeyUsage
import Synchronization

/// Life after life of a usage log on one simulated disk, at random but from a seed: events, some of which belong to a
/// key, seconds that pass, clocks that are set, errors, full disks, and ends of all kinds.
struct UsageSimulation {
    /// How a life ends.
    private enum End: UInt64 { case stop, kill, powerCut, cutWhileWorking }

    private(set) var witness = UsageWitness()
    private(set) var lives = 0
    private(set) var cleanStops = 0
    private(set) var clockJumps = 0
    private(set) var tally = CrashTally()
    private var random: SplitMix64
    private var storage = SimulatedStorage()
    private let seed: UInt64
    private let clock = ManualClock()
    private let retention: UsageRetention
    /// Otherwise the log has the machine's clock itself, which may go back under it.
    private let hasStoreClock: Bool
    /// Whether operations fail at all: in a world without that, nothing is damaged either.
    private let hasFaults: Bool
    /// Guesses have been dropped for others.
    private var wasFlooded = false
    private var number = 0
    private var expectedStart: UInt64?

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        hasStoreClock = random.next() % 2 == 0
        hasFaults = random.next() % 3 > 0
        retention = UsageRetention(bytes: Limits.usageLeastBytes, span: .hours(random.next() % 2 == 0 ? 4 : 2_000))
    }

    /// Lives `count` more lives.
    mutating func live(_ count: Int) async throws {
        for _ in 0..<count where witness.failures.isEmpty { try await liveOnce() }
    }

    private mutating func liveOnce() async throws {
        lives += 1
        let place = "seed \(seed), life \(lives)"
        let end = End(rawValue: random.next() % 4) ?? .stop
        let storeClock = StoreClock(clock)
        let clock = clock
        let hasStoreClock = hasStoreClock
        let now: @Sendable () -> Timestamp = {
            if hasStoreClock { return storeClock.now() }
            return clock.wallTime()
        }
        let troubles = Troubles()
        // Also while it opens.
        if end == .cutWhileWorking { storage.cutPower(duringOperation: 1 + Int(random.next() % 60)) }
        if chance(4) { fault() }
        guard let life = try? UsageLife(storage, clock, retention: retention, now: now, tell: { troubles.note($0) })
        else { return crash() }
        let isOpen = life.log.startSequence > 1 || lives == 1
        if isOpen, life.log.startSequence <= witness.lastShown {
            witness.fail("\(place): begins at \(life.log.startSequence), and \(witness.lastShown) was given")
        }
        if isOpen, let expectedStart, expectedStart != life.log.startSequence {
            witness.fail("\(place): begins at \(life.log.startSequence) after a clean stop at \(expectedStart)")
        }
        expectedStart = nil
        if chance(4) { try await check(life, place) }
        for _ in 0..<2 + random.next() % 8 { try await work(life, storeClock, troubles, place) }
        if chance(4) { try await check(life, place) }
        switch end {
        case .stop:
            let last = await life.log.lastSequence
            let before = troubles.count
            storage.capacity = nil
            await life.stop()
            if troubles.count == before, !troubles.isFailing {
                witness.settle()
                // Of what a disk that has failed shows, not all need be on it.
                expectedStart = last > 0 && storage.tally.errors == 0 ? last + 1 : nil
                cleanStops += 1
            } else {
                witness.doubt()
            }
            // What a clean stop has left is durable.
            if chance(2) { crash() } else { restart() }
        case .kill:
            restart()
        case .powerCut, .cutWhileWorking:
            crash()
        }
    }

    private mutating func work(
        _ life: UsageLife, _ storeClock: StoreClock, _ troubles: Troubles, _ place: String
    ) async throws {
        switch random.next() % 16 {
        case 0..<8: try await happen(life, troubles, place)
        case 8..<11:
            clock.advance(by: .milliseconds(Int64(random.next() % 3_000)))
            let before = troubles.count
            await life.log.tick()
            if troubles.count == before, !troubles.isFailing { witness.settle() } else { witness.doubt() }
        case 11:
            // An operator or NTP sets the clock; hours pass.
            clockJumps += 1
            clock.setWall(clock.wallTime().advanced(by: .seconds(Int64(random.next() % 20_000) - 10_000)))
            storeClock.compare()
        case 12: clock.advance(by: .seconds(Int64(random.next() % 4_000)))
        case 13: fault()
        case 14: storage.capacity = storage.usedBytes + Int(Limits.usageLeastFreeBytes) + Int(random.next() % 4_096)
        default: storage.capacity = nil
        }
    }

    /// Events happen, and the follower that resumes sees them.
    private mutating func happen(_ life: UsageLife, _ troubles: Troubles, _ place: String) async throws {
        let before = troubles.count
        // Now and then somebody guesses more than there is room for.
        let isFlood = chance(100)
        if isFlood { wasFlooded = true }
        for _ in 0..<(isFlood ? 150 : 1 + random.next() % 6) {
            number += 1
            let isKeyless = isFlood || chance(2)
            // One that is too long is dropped and counted.
            let rest = String(repeating: "x", count: isFlood ? 1_000 : chance(20) ? 4_000 : 0)
            life.push("/\(isKeyless ? "g" : "k")\(number)\(rest)", isKeyless: isKeyless)
        }
        let last = try await life.takeIn()
        if last <= witness.position { return }
        let follower =
            witness.position > 0
            ? StreamUsageRequest(afterSequence: witness.position) : StreamUsageRequest(history: true)
        let records = try await life.read(follower)
        witness.follow(records, place)
        // A history of nothing begins with what is given next.
        if witness.position != last, witness.position > 0 {
            witness.fail("\(place): the follower is at \(witness.position) of \(last)")
        }
        if troubles.count != before || troubles.isFailing { witness.doubt() }
    }

    private mutating func check(_ life: UsageLife, _ place: String) async throws {
        // Without power nobody reads anything.
        if await life.log.lastSequence == 0 || (try? storage.list("/")) == nil { return }
        let (keepsLong, wasFlooded) = (retention.span > .hours(1_000), wasFlooded)
        witness.check(
            try await life.read(), backwards: try await life.read(StreamUsageRequest(newestFirst: true)),
            mustHave: { isGuess in keepsLong && !(isGuess && wasFlooded) }, place)
    }

    private mutating func chance(_ one: UInt64) -> Bool { random.next() % one == 0 }

    private mutating func fault() {
        if !hasFaults { return }
        storage.fail(
            SimulatedFault(
                operation: storage.operations + 1 + Int(random.next() % 8), code: chance(2) ? EIO : ENOSPC,
                shortBytes: Int(random.next() % 200), losesPages: chance(2)))
    }

    /// The program alone died, or was stopped.
    private mutating func restart() {
        witness.doubt()
        tally += storage.tally
        storage = storage.restarted()
        storage.capacity = nil
    }

    private mutating func crash() {
        witness.doubt()
        storage = storage.crashed(seed: random.next())
        storage.capacity = nil
    }

    /// What the log has said of its disk.
    private final class Troubles: Sendable {
        private let state = Mutex((count: 0, isFailing: false))

        var count: Int { state.withLock { $0.count } }
        var isFailing: Bool { state.withLock { $0.isFailing } }

        func note(_ error: StorageError?) {
            state.withLock { $0 = ($0.count + 1, error != nil) }
        }
    }
}
