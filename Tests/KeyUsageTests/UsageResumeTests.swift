// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// From where a stream begins, what it passes, and what it says when it is quiet.
@Suite struct UsageResumeTests {
    @Test("B3: from a sequence comes what is behind it, then a marker, then what happens")
    func afterSequence() async throws {
        let life = try UsageLife(SimulatedStorage())
        try await life.note(["/1", "/2", "/3"])
        let stream = try await life.log.subscribe(StreamUsageRequest(afterSequence: 2))
        #expect(await stream.next()?.compactMap { $0.event?.path } == ["/3"])
        #expect(await stream.next() == [UsageRecord(sequence: 3, kind: .live)])
        try await life.note(["/4"])
        #expect(await stream.next()?.compactMap { $0.event?.path } == ["/4"])
        // From the last one, nothing is history.
        let latest = try await life.log.subscribe(StreamUsageRequest(afterSequence: 4))
        #expect(await latest.next() == [UsageRecord(sequence: 4, kind: .live)])
    }

    @Test("B3: a sequence that the log has not come to is refused")
    func beyond() async throws {
        let life = try UsageLife(SimulatedStorage())
        try await life.note(["/1"])
        for sequence in [2, UInt64.max] {
            await #expect(throws: Refusal.self) {
                _ = try await life.log.subscribe(StreamUsageRequest(afterSequence: sequence))
            }
        }
    }

    @Test("B3: from a time, with a verdict, and newest first; from segments as from memory")
    func filters() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        let start = life.clock.wallTime()
        for hour in 0..<6 {
            try await life.note(["/\(hour)"], hour % 2 == 0 ? .valid : .expired)
            try await life.note(["/\(hour)r"], .revoked)
            life.clock.advance(by: .hours(24))
        }
        func check(_ life: UsageLife) async throws {
            func paths(_ request: StreamUsageRequest) async throws -> [String] {
                try await life.read(request).compactMap { $0.event?.path }
            }
            let later = StreamUsageRequest(afterTime: start.advanced(by: .hours(96)))
            #expect(try await paths(later) == ["/4", "/4r", "/5", "/5r"])
            let verdicts = StreamUsageRequest(history: true, verdicts: [.valid, .expired])
            #expect(try await paths(verdicts) == ["/0", "/1", "/2", "/3", "/4", "/5"])
            let newest = StreamUsageRequest(limit: 3, newestFirst: true)
            #expect(try await paths(newest) == ["/5r", "/5", "/4r"])
            let some = StreamUsageRequest(afterSequence: 7, verdicts: [.valid], newestFirst: true)
            #expect(try await paths(some) == ["/4"])
            let all = try await paths(StreamUsageRequest(history: true))
            #expect(try await paths(StreamUsageRequest(newestFirst: true)) == all.reversed())
        }
        try await check(life)
        await life.stop()
        try await check(UsageLife(storage.restarted(), life.clock))
    }

    @Test("B3: a quiet stream says now and then that it is alive and where it is")
    func heartbeat() async throws {
        let life = try UsageLife(SimulatedStorage())
        try await life.note(["/1"])
        let stream = try await life.log.subscribe(StreamUsageRequest(verdicts: [.revoked]))
        life.clock.advance(by: .milliseconds(Limits.usageSyncMilliseconds))
        let first = life.clock.wallTime()
        #expect(await stream.next() == [UsageRecord(sequence: 1, kind: .heartbeat(first))])
        // What does not pass moves it on.
        try await life.note(["/2", "/3"])
        life.clock.advance(by: .milliseconds(Limits.usageHeartbeatMilliseconds))
        let second = life.clock.wallTime()
        #expect(await stream.next() == [UsageRecord(sequence: 3, kind: .heartbeat(second))])
        try await life.note(["/4"], .revoked)
        #expect(await stream.next()?.first?.event?.path == "/4")
    }

    @Test("B3: a subscriber that memory has left behind reads on from the segments, and misses nothing")
    func behindMemory() async throws {
        let life = try UsageLife(SimulatedStorage())
        let slow = try await life.log.subscribe(StreamUsageRequest(history: true))
        let path = String(repeating: "p", count: 1_000)
        let rounds = 2 * Limits.usageHistoryBytes / Limits.usageLaneBytes
        for _ in 0..<rounds { try await life.note(Array(repeating: path, count: 900)) }
        var next: UInt64 = 1
        while next <= UInt64(rounds * 900), let records = await slow.next() {
            for record in records where record.event != nil || record.gap != nil {
                #expect(record.event != nil && record.sequence == next)
                next += 1
            }
        }
        #expect(next == UInt64(rounds * 900) + 1)
    }
}
