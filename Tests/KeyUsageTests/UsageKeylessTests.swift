// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// Events that belong to no key, which anybody can cause, and those that do.
@Suite struct UsageKeylessTests {
    private static let retention = UsageRetention(bytes: Limits.usageLeastBytes)

    private func events(_ records: [UsageRecord]) -> [UsageEvent] { records.compactMap(\.event) }

    @Test("R17: guesses leave every event that belongs to a key in place, and of themselves the newest")
    func flood() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage, retention: Self.retention)
        var keyed: [String] = []
        for round in 0..<100 {
            keyed += (0..<5).map { "/key/\(round)/\($0)" }
            try await life.note(Array(keyed.suffix(5)))
            try await life.guess((0..<100).map { "/guess/\(round)/\($0)" })
        }
        let kept = try life.bytes(life.keylessSegments)
        #expect(kept <= Limits.usageLeastBytes / Limits.usageKeylessShare)
        #expect(kept > Limits.usageLeastBytes / Limits.usageKeylessShare / 4)
        await life.stop()
        let second = try UsageLife(storage.restarted(), life.clock, retention: Self.retention)
        let records = try await second.read()
        #expect(isSeamless(records, from: 1))
        #expect(events(records).filter { !$0.keyID.isEmpty }.map(\.path) == keyed)
        let guesses = events(records).filter(\.keyID.isEmpty)
        #expect(guesses.count > 100 && guesses.count < 10_000)
        #expect(guesses.last?.path == "/guess/99/99")
        #expect(Set(records.compactMap { $0.gap?.reason }) == [UsageGap.notKept])
        let ours = try await second.read(StreamUsageRequest(history: true, keyID: "4mVb0QzYx1Ab"))
        #expect(events(ours).map(\.path) == keyed)
        let newest = try await second.read(StreamUsageRequest(newestFirst: true))
        #expect(events(newest) == events(records).reversed())
        #expect(newest.compactMap(\.gap) == records.compactMap(\.gap).reversed())
    }

    @Test("R17: events with keys beyond their budget evict no guess, and all together stay within what was asked for")
    func bothBudgets() async throws {
        let life = try UsageLife(SimulatedStorage(), retention: Self.retention)
        let path = String(repeating: "p", count: Limits.pathBytes)
        try await life.guess(["/guess"])
        for _ in 0..<20 { try await life.note(Array(repeating: path, count: 100)) }
        let (keyed, keyless) = try (life.bytes(life.segments), life.bytes(life.keylessSegments))
        #expect(keyed <= Self.retention.bytes / 8 * 7)
        #expect(keyed > Self.retention.bytes / 2)
        await life.stop()
        let second = try UsageLife(life.storage.restarted(), life.clock, retention: Self.retention)
        let records = try await second.read()
        #expect(isSeamless(records, from: 1))
        #expect(records.first?.event?.path == "/guess")
        #expect(records.dropFirst().first?.gap?.reason == UsageGap.notKept)
        // However much comes in at once.
        for _ in 0..<4 { try await second.guess(Array(repeating: path, count: 700)) }
        #expect(try second.bytes(second.keylessSegments) <= Self.retention.bytes / 8)
        #expect(keyless < Self.retention.bytes / 8)
    }

    @Test("R17, B3: of what came at once, those with a key have the first numbers; memory and disk give the same order")
    func order() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        for round in 0..<3 {
            for number in 0..<4 { life.push("/\(round)/\(number)", isKeyless: number % 2 == 0) }
            try await life.takeIn()
        }
        let expected = (0..<3).flatMap { round in [1, 3, 0, 2].map { "/\(round)/\($0)" } }
        let inMemory = try await life.read()
        #expect(events(inMemory).map(\.path) == expected)
        #expect(isSeamless(inMemory, from: 1))
        await life.stop()
        let second = try UsageLife(storage.restarted(), life.clock)
        #expect(try await second.read() == inMemory)
        #expect(second.log.startSequence == 13)
        for after in 1..<12 {
            let rest = try await second.read(StreamUsageRequest(afterSequence: UInt64(after)))
            #expect(rest == Array(inMemory[after...]))
            let newest = try await second.read(StreamUsageRequest(afterSequence: UInt64(after), newestFirst: true))
            #expect(newest == inMemory[after...].reversed())
        }
    }

    @Test("R17: a log from before there were two series is read as it is, and goes on")
    func oldLog() async throws {
        let storage = SimulatedStorage()
        let first = try UsageLife(storage)
        try await first.guess(["/1", "/2"])
        await first.stop()
        // As it was then: one series for all.
        let path = try #require(try first.keylessSegments.first)
        let bytes = try #require(storage.contents(path))
        let old = try storage.open("/data/usage/00000000000000000001.log", .creating(mode: 0o600))
        try old.write(bytes, at: 0)
        try storage.remove(path)
        let second = try UsageLife(storage.restarted(), first.clock)
        #expect(second.log.startSequence == 3)
        try await second.note(["/3"])
        try await second.guess(["/4"])
        await second.stop()
        let third = try UsageLife(second.storage.restarted(), first.clock)
        #expect(events(try await third.read()).map(\.path) == ["/1", "/2", "/3", "/4"])
        #expect(isSeamless(try await third.read(), from: 1))
    }

    @Test("B3: after kill -9 there is one gap, whatever each series ends with; a clean stop leaves none")
    func restarts() async throws {
        var storage = SimulatedStorage()
        let clock = ManualClock()
        var kills = 0
        for round in 0..<6 {
            let life = try UsageLife(storage, clock)
            if round % 3 != 0 { try await life.note(["/\(round)k"]) }
            if round % 3 != 1 { try await life.guess(["/\(round)g"]) }
            if round % 2 == 0 { kills += 1 } else { await life.stop() }
            storage = storage.restarted()
        }
        let records = try await UsageLife(storage, clock).read()
        #expect(isSeamless(records, from: 1))
        #expect(records.count { $0.event != nil } == 8)
        #expect(records.compactMap { $0.gap?.reason } == Array(repeating: UsageGap.restarted, count: kills))
    }

    @Test("B3: when one series alone cannot be written, the other is, and a gap says what is missing")
    func oneFails() async throws {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        try await life.note(["/1"])
        try await life.guess(["/2"])
        // The next write is that of the guesses: there are no others.
        storage.fail(operation: storage.operations + 1, code: 5)
        try await life.guess(["/3"])
        try await life.note(["/4"])
        life.clock.advance(by: .seconds(2))
        try await life.guess(["/5"])
        try await life.note(["/6"])
        await life.stop()
        let records = try await UsageLife(storage.restarted(), life.clock).read()
        #expect(isSeamless(records, from: 1))
        #expect(events(records).map(\.path) == ["/1", "/2", "/4", "/5", "/6"])
        #expect(
            records.compactMap(\.gap) == [UsageGap(firstSequence: 3, count: 1, reason: UsageGap.notWritten)])
    }
}
