// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// No more is lost than has to be.
@Suite struct UsageLossTests {
    @Test("R17: what retention has removed is still read while memory has it, forwards as backwards")
    func removedButInMemory() async throws {
        let storage = SimulatedStorage()
        let retention = UsageRetention(bytes: Limits.usageLeastBytes)
        let first = try UsageLife(storage, retention: retention)
        try await first.note(["/1"])
        try await first.guess(["/2"])
        await first.stop()
        let second = try UsageLife(storage.restarted(), first.clock, retention: retention)
        let path = String(repeating: "p", count: 1_000)
        for _ in 0..<4 { try await second.guess(Array(repeating: path, count: 100)) }
        try await second.note(["/last"])
        let records = try await second.read()
        #expect(isSeamless(records, from: 1))
        #expect(records.count { $0.event?.path == path } == 400)
        #expect(try await second.read(StreamUsageRequest(newestFirst: true)) == records.reversed())
    }

    @Test("R17, storage rule 11: after a power cut what is left begins later or as before, and has no holes")
    func removals() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage, retention: UsageRetention(span: .hours(10)))
        for round in 0..<6 {
            try await life.note(["/\(round)"])
            life.clock.advance(by: .hours(1))
        }
        await life.log.tick()
        #expect(try life.segments.count == 6)
        life.clock.advance(by: .hours(8))
        await life.log.tick()
        #expect(try life.segments.count == 2)
        for seed in 0..<32 {
            let found = try UsageLife(storage.crashed(seed: UInt64(seed)), life.clock)
            let paths = try await found.read().compactMap { $0.event?.path }
            #expect(paths == (6 - paths.count..<6).map { "/\($0)" }, "seed \(seed)")
        }
    }

    @Test("R17, storage rule 11: what was written before the disk was full is durable, though no tick has passed")
    func writtenBeforeFull() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        try await life.note(["/1", "/2"])
        storage.capacity = storage.usedBytes + Int(Limits.usageLeastFreeBytes) - 1
        try await life.note(["/3"])
        storage.capacity = nil
        for seed in 0..<16 {
            let found = try UsageLife(storage.crashed(seed: UInt64(seed)), life.clock)
            #expect(try await found.read().compactMap { $0.event?.path } == ["/1", "/2"], "seed \(seed)")
        }
    }
}
