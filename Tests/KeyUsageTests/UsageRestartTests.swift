// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// The log over restarts, cleanly and not.
@Suite struct UsageRestartTests {
    @Test("R17, B3: after a clean stop numbers go on without a gap, and everything is read back as it was")
    func cleanStop() async throws {
        let storage = SimulatedStorage()
        let first = try UsageLife(storage)
        try await first.note(["/1", "/2", "/3"])
        try await first.note(["/4"], .expired)
        let before = try await first.read()
        await first.stop()
        let second = try UsageLife(storage.restarted())
        #expect(second.log.startSequence == 5)
        let after = try await second.read()
        #expect(after == before)
        #expect(after.count == 4)
        #expect(after.last?.event?.verdict == .expired)
        #expect(after.last?.event?.message.isEmpty == false)
        #expect(after.last?.event?.name == "nightly")
        try await second.note(["/5"])
        #expect(try await second.read().compactMap { $0.event?.path } == ["/1", "/2", "/3", "/4", "/5"])
        #expect(isSeamless(try await second.read(), from: 1))
    }

    @Test("B3: after kill -9 everything written is there, and numbers go on behind an explicit gap")
    func kill() async throws {
        let storage = SimulatedStorage()
        let first = try UsageLife(storage)
        try await first.note(["/1", "/2", "/3"])
        let second = try UsageLife(storage.restarted())
        let last = try await second.note(["/4"])
        #expect(last > 4)
        let records = try await second.read(StreamUsageRequest(afterSequence: 2))
        #expect(isSeamless(records, from: 3))
        #expect(records.compactMap { $0.event?.path } == ["/3", "/4"])
        #expect(records.compactMap { $0.gap?.reason } == [UsageGap.restarted])
        // The gap is on disk too.
        await second.stop()
        let third = try UsageLife(storage.restarted().restarted())
        #expect(third.log.startSequence > last || storage.contents("/data/usage/RESERVED") != nil)
    }

    @Test("B3, storage rule 11: a power cut at any step loses nothing that was synced, and no number comes twice")
    func powerCut() async throws {
        var steps = 0
        for cut in 1..<200 {
            let storage = SimulatedStorage()
            storage.cutPower(duringOperation: cut)
            guard let first = try? UsageLife(storage) else { continue }
            var given: [UInt64: String] = [:]
            var synced: UInt64 = 0
            for round in 0..<6 {
                let last = try await first.note(["/\(round)a", "/\(round)b"])
                for record in try await first.read(StreamUsageRequest(history: true)) {
                    if let event = record.event { given[record.sequence] = event.path }
                }
                let operations = storage.operations
                await first.log.tick()
                if operations < storage.operations, storage.operations < cut { synced = last }
            }
            let reached = storage.operations
            for seed in 0..<4 {
                let second = try UsageLife(storage.crashed(seed: UInt64(seed)))
                #expect(second.log.startSequence > (given.keys.max() ?? 0), "cut \(cut), seed \(seed)")
                let records = try await second.read()
                #expect(isSeamless(records, from: 1), "cut \(cut), seed \(seed)")
                for record in records {
                    if let event = record.event { #expect(given[record.sequence] == event.path) }
                }
                let found = Set(records.filter { $0.event != nil }.map(\.sequence))
                let lost = (1..<synced + 1).filter { !found.contains($0) && given[$0] != nil }
                #expect(lost.isEmpty, "cut \(cut), seed \(seed)")
                try await second.note(["/new"])
                // When nothing at all was on disk yet, the history begins with what is new.
                let all = try await second.read()
                #expect(isSeamless(all, from: records.isEmpty ? all[0].sequence : 1), "cut \(cut), seed \(seed)")
            }
            steps = cut
            if reached < cut { break }
        }
        #expect(steps > 10)
    }

    @Test("B3: numbers never go back when the file that reserves them is gone or damaged")
    func lostReservation() async throws {
        let storage = SimulatedStorage()
        let first = try UsageLife(storage)
        let last = try await first.note(["/1", "/2"])
        await first.stop()
        for isDamaged in [true, false] {
            let found = storage.restarted()
            if isDamaged {
                found.damage("/data/usage/RESERVED") { $0 = [UInt8](repeating: 0xA5, count: $0.count) }
            } else {
                try found.remove("/data/usage/RESERVED")
            }
            let second = try UsageLife(found)
            #expect(second.log.startSequence > last)
            try await second.note(["/3"])
            #expect(isSeamless(try await second.read(), from: 1))
        }
    }
}
