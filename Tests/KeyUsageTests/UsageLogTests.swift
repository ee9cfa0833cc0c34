// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import KeyUsage
import Testing

@Suite struct UsageLogTests {
    @Test("R12, R17: events are numbered from 1 and say whose key was used for what, denied ones why")
    func events() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 2)
        let key = sampleKey(user: "u-17")
        log.lanes[0].note(key, path: "/v1/reports")
        log.lanes[1].note(nil, .notFound)
        let subscription = try await log.subscribe(StreamUsageRequest(history: true, noFollow: true))
        let records = await read(subscription, 9)
        #expect(records.map(\.sequence) == [1, 2])
        #expect(records.first?.event?.userID == "u-17")
        #expect(records.first?.event?.name == "nightly")
        #expect(records.first?.event?.path == "/v1/reports")
        #expect(records.last?.event?.verdict == .notFound)
        #expect(records.last?.event?.keyID == "")
        #expect(records.last?.event?.message.isEmpty == false)
    }

    @Test("B3: a filter passes what it names and nothing else")
    func filters() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 1)
        let (ours, theirs) = (sampleKey(), sampleKey(id: "000000000001", account: "other", user: "u-2"))
        for number in 0..<40 {
            log.lanes[0].note(
                number % 2 == 0 ? ours : theirs, number % 5 == 0 ? .expired : .valid, superseded: number % 8 == 0)
        }
        func count(_ request: StreamUsageRequest) async throws -> Int {
            var request = request
            request.history = true
            request.noFollow = true
            return await read(try await log.subscribe(request), 99).count
        }
        #expect(try await count(StreamUsageRequest()) == 40)
        #expect(try await count(StreamUsageRequest(accountID: "other")) == 20)
        #expect(try await count(StreamUsageRequest(keyID: "000000000001")) == 20)
        #expect(try await count(StreamUsageRequest(userID: "u-1")) == 20)
        #expect(try await count(StreamUsageRequest(deniedOnly: true)) == 8)
        #expect(try await count(StreamUsageRequest(supersededOnly: true)) == 5)
        #expect(try await count(StreamUsageRequest(limit: 7)) == 7)
        #expect(try await count(StreamUsageRequest(accountID: "none")) == 0)
    }

    @Test("B3: what the ring had no room for is counted and shown as a gap, nothing else is lost")
    func dropped() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 1)
        let key = sampleKey()
        let path = String(repeating: "p", count: Limits.pathBytes)
        let pushed = 2 * Limits.usageLaneBytes / Limits.pathBytes
        for serial in 0..<pushed { log.lanes[0].note(key, path: path, serial: UInt64(serial)) }
        let records = await read(
            try await log.subscribe(StreamUsageRequest(history: true, noFollow: true)), .max)
        let events = records.count { $0.event != nil }
        let missing = records.compactMap(\.gap).reduce(0) { $0 + $1.count }
        #expect(events > 100)
        #expect(missing > 100)
        #expect(events + Int(missing) == pushed)
        // There is room again.
        log.lanes[0].note(key, path: "/again")
        let later = await read(try await log.subscribe(StreamUsageRequest(history: true, noFollow: true)), .max)
        #expect(later.last?.event?.path == "/again")
        #expect(later.last?.sequence == UInt64(pushed) + 1)
    }

    @Test("B3: a reader that is overtaken by the history's bound gets a gap with the right numbers")
    func slowReader() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 1)
        let key = sampleKey()
        log.lanes[0].note(key)
        let slow = try await log.subscribe(StreamUsageRequest(history: true))
        let path = String(repeating: "p", count: 1_000)
        let rounds = 2 * Limits.usageHistoryBytes / Limits.usageLaneBytes
        for _ in 0..<rounds {
            for _ in 0..<900 { log.lanes[0].note(key, path: path) }
            // Takes in what the lane holds.
            _ = try await log.subscribe(StreamUsageRequest())
        }
        let total = UInt64(rounds * 900 + 1)
        var next: UInt64 = 1
        var gaps = 0
        var outOfPlace = 0
        while next <= total, let records = await slow.next() {
            for record in records {
                if let gap = record.gap {
                    if gap.firstSequence != next { outOfPlace += 1 }
                    next += gap.count
                    gaps += 1
                } else if record.event != nil {
                    if record.sequence != next { outOfPlace += 1 }
                    next += 1
                }
            }
        }
        #expect(gaps == 1)
        #expect(outOfPlace == 0)
        #expect(next == total + 1)
    }

    @Test("a record that an event names is let go with the event")
    func release() async throws {
        weak var gone: PublishedKey?
        do {
            let log = try UsageLog(epoch: 1, laneCount: 1)
            let key = sampleKey()
            gone = key
            for _ in 0..<10 { log.lanes[0].note(key) }
            _ = try await log.subscribe(StreamUsageRequest())
            for _ in 0..<10 { log.lanes[0].note(key) }
        }
        #expect(gone == nil)
    }

    @Test("strings that are longer than they may be are never written: the event is dropped and counted")
    func bounded() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 1)
        log.lanes[0].note(sampleKey(), path: String(repeating: "p", count: 4_000))
        let records = await read(try await log.subscribe(StreamUsageRequest(history: true, noFollow: true)), 9)
        #expect(records.map { $0.gap?.count } == [1])
    }

    @Test("following: a subscriber is woken by what happens, and a cancelled one ends")
    func following() async throws {
        let log = try UsageLog(epoch: 1, laneCount: 1)
        let running = Task { await log.run() }
        let key = sampleKey()
        let subscription = try await log.subscribe(StreamUsageRequest())
        let idle = Task { () -> [UsageRecord] in
            guard let subscription = try? await log.subscribe(StreamUsageRequest(accountID: "none")) else { return [] }
            return await read(subscription, 1)
        }
        log.lanes[0].note(key)
        log.lanes[0].signal()
        #expect(await read(subscription, 1).first?.event?.name == "nightly")
        idle.cancel()
        #expect(await idle.value.isEmpty)
        log.stop()
        await running.value
    }

    @Test("R17: a log that is off notes nothing, and says so to whoever asks")
    func off() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1, isOff: true)
        log.lanes[0].note(sampleKey())
        #expect(await log.lastSequence == 0)
        await #expect(throws: Refusal.self) { _ = try await log.subscribe(StreamUsageRequest(history: true)) }
    }
}
