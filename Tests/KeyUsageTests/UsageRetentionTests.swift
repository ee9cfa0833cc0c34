// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// What is kept, and what happens when it cannot be.
@Suite struct UsageRetentionTests {
    @Test("R17, B3: a full disk loses what it has no room for behind a gap, stops nobody, and heals by itself")
    func fullDisk() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        try await life.note(["/1", "/2"])
        // Room, but only the journal's.
        storage.capacity = storage.usedBytes + Int(Limits.usageLeastFreeBytes) - 1
        let follower = try await life.log.subscribe(StreamUsageRequest())
        let used = storage.usedBytes
        try await life.note(["/3", "/4"])
        #expect(storage.usedBytes == used)
        #expect(await read(follower, 2).compactMap { $0.event?.path } == ["/3", "/4"])
        storage.capacity = nil
        // Not tried again within a second.
        try await life.note(["/5"])
        #expect(storage.usedBytes == used)
        life.clock.advance(by: .seconds(2))
        try await life.note(["/6"])
        await life.stop()
        let second = try UsageLife(storage.restarted())
        let records = try await second.read()
        #expect(isSeamless(records, from: 1))
        #expect(records.compactMap { $0.event?.path } == ["/1", "/2", "/6"])
        #expect(records.compactMap(\.gap) == [UsageGap(firstSequence: 3, count: 3, reason: UsageGap.notWritten)])
        #expect(second.log.startSequence == 7)
    }

    @Test("B3: any operation on the disk may fail: no number comes twice, and what is missing is said")
    func faults() async throws {
        for operation in 1..<40 {
            let storage = SimulatedStorage()
            storage.fail(operation: operation + 2, code: 5)
            let life = try UsageLife(storage)
            var given: [UInt64: String] = [:]
            let follower = try await life.log.subscribe(StreamUsageRequest(history: true))
            for round in 0..<8 {
                try await life.note(["/\(round)"])
                life.clock.advance(by: .seconds(2))
                await life.log.tick()
            }
            let last = await life.log.lastSequence
            while last > 0, (given.keys.max() ?? 0) < last, let records = await follower.next() {
                for record in records {
                    if let event = record.event {
                        #expect(given[record.sequence] == nil)
                        given[record.sequence] = event.path
                    }
                }
            }
            #expect(given.count >= 6, "operation \(operation)")
            await life.stop()
            let second = try UsageLife(storage.restarted())
            #expect(second.log.startSequence > last, "operation \(operation)")
            let records = try await second.read()
            #expect(isSeamless(records, from: 1), "operation \(operation)")
            for record in records {
                if let event = record.event { #expect(given[record.sequence] == event.path) }
            }
        }
    }

    @Test("R17, B3: the oldest segments go when all would be too large; whoever resumes from before them gets a gap")
    func size() async throws {
        let storage = SimulatedStorage()
        let retention = UsageRetention(bytes: Limits.usageLeastBytes)
        let life = try UsageLife(storage, retention: retention)
        let path = String(repeating: "p", count: Limits.pathBytes)
        for _ in 0..<20 { try await life.note(Array(repeating: path, count: 100)) }
        let kept = try life.segments
        let bytes = try kept.reduce(0) { $0 + (try storage.status($1)?.size ?? 0) }
        #expect(bytes <= retention.bytes)
        #expect(bytes > retention.bytes / 2)
        await life.stop()
        let second = try UsageLife(storage.restarted(), retention: retention)
        let records = try await second.read(StreamUsageRequest(afterSequence: 1))
        #expect(isSeamless(records, from: 2))
        #expect(records.first?.gap?.reason == UsageGap.notKept)
        #expect(records.last?.sequence == 2_000)
        let all = try await second.read()
        #expect(all.first?.event != nil)
        #expect(all.first?.sequence == (records.first?.sequence ?? 0) + 1)
    }

    @Test("R17: what is older than it may be goes, also when nothing happens any more")
    func age() async throws {
        let life = try UsageLife(SimulatedStorage(), retention: UsageRetention(span: .hours(10)))
        try await life.note(["/1"])
        life.clock.advance(by: .hours(6))
        try await life.note(["/2"])
        #expect(try life.segments.count == 2)
        life.clock.advance(by: .hours(5))
        await life.log.tick()
        #expect(try life.segments.count == 1)
        life.clock.advance(by: .hours(6))
        await life.log.tick()
        #expect(try life.segments.isEmpty)
        try await life.note(["/3"])
        await life.stop()
        let second = try UsageLife(life.storage.restarted(), life.clock)
        #expect(try await second.read().compactMap { $0.event?.path } == ["/3"])
        let resumed = try await second.read(StreamUsageRequest(afterSequence: 1))
        #expect(resumed.map { $0.gap?.reason } == [UsageGap.notKept, nil])
        #expect(resumed.last?.sequence == 3)
    }
}
