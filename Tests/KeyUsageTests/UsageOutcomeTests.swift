// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import KeyTesting
import KeyUsage
import Testing

/// Outcomes in the log: joined with their events, and passing the filters that those pass.
@Suite struct UsageOutcomeTests {
    private let later = Timestamp(nanoseconds: 1_767_225_700_000_000_000)

    private func read(_ log: UsageLog, _ request: StreamUsageRequest = StreamUsageRequest()) async throws
        -> [UsageRecord]
    {
        var request = request
        request.history = true
        request.noFollow = true
        let subscription = try await log.subscribe(request)
        var found: [UsageRecord] = []
        while let more = await subscription.next() { found += more.filter { $0.event != nil || $0.outcome != nil } }
        return found
    }

    @Test("R17: an outcome has a sequence of its own behind its event's, and says whose key that used")
    func joined() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        log.lanes[0].note(sampleKey(user: "u-17"), path: "/a", serial: 5)
        #expect(log.lanes[0].push(UsageID(epoch: 7, serial: 5), httpStatus: 204, at: later))
        let records = try await read(log)
        #expect(records.map(\.sequence) == [1, 2])
        #expect(
            records.last?.outcome
                == UsageOutcome(
                    usageID: records[0].event?.usageID ?? [], httpStatus: 204, time: later, keyID: "4mVb0QzYx1Ab",
                    accountID: "acme", userID: "u-17", verdict: .valid))
    }

    @Test("R17: an outcome passes a stream's filters exactly when its event does")
    func filters() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        let (ours, theirs) = (sampleKey(), sampleKey(id: "000000000001", account: "other", user: "u-2"))
        for serial in 1...40 as ClosedRange<UInt64> {
            log.lanes[0].note(
                serial % 7 == 0 ? nil : serial % 2 == 0 ? ours : theirs,
                serial % 7 == 0 ? .notFound : serial % 5 == 0 ? .expired : .valid, superseded: serial % 8 == 0,
                serial: serial)
        }
        for serial in 1...40 {
            #expect(log.lanes[0].push(UsageID(epoch: 7, serial: UInt64(serial)), httpStatus: 200, at: later))
        }
        let requests = [
            StreamUsageRequest(), StreamUsageRequest(accountID: "other"), StreamUsageRequest(keyID: "4mVb0QzYx1Ab"),
            StreamUsageRequest(userID: "u-2"), StreamUsageRequest(deniedOnly: true),
            StreamUsageRequest(supersededOnly: true), StreamUsageRequest(accountID: "none"),
            StreamUsageRequest(verdicts: [.expired, .notFound]), StreamUsageRequest(userID: "u-1", deniedOnly: true),
        ]
        for request in requests {
            let records = try await read(log, request)
            let events = records.compactMap { $0.event?.usageID }
            #expect(events == records.compactMap { $0.outcome?.usageID }, "\(request)")
            #expect(events.isEmpty == (request.accountID == "none"))
        }
    }

    @Test(
        "R17: an outcome is joined with an event that is in a lane which the log looks at later or has looked at before"
    )
    func lanes() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 3)
        let key = sampleKey()
        for lane in 0..<3 as Range<UInt64> {
            for serial in 1...9 as ClosedRange<UInt64> {
                log.lanes[Int(lane)].note(key, serial: lane << 48 | serial)
                let id = UsageID(epoch: 7, serial: lane << 48 | serial)
                #expect(log.lanes[Int(2 - lane)].push(id, httpStatus: 200, at: later))
            }
        }
        let records = try await read(log)
        #expect(records.count == 54)
        #expect(records.compactMap(\.outcome).allSatisfy { $0.keyID == "4mVb0QzYx1Ab" && $0.verdict == .valid })
    }

    @Test(
        "R17: what was answered by another run, or by none, or long ago, is not joined, and passes no filter but the time"
    )
    func unjoined() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        let key = sampleKey()
        log.lanes[0].note(key, serial: 1)
        let path = String(repeating: "p", count: 1_000)
        for round in 0..<2 * Limits.usageHistoryBytes / Limits.usageLaneBytes {
            for index in 0..<900 { log.lanes[0].note(key, path: path, serial: UInt64(2 + round * 900 + index)) }
            _ = try await log.subscribe(StreamUsageRequest())
        }
        let ids = [
            UsageID(epoch: 6, serial: 1), UsageID(epoch: 7, serial: 1), UsageID(epoch: 7, serial: 1 << 40),
            UsageID(epoch: 7, serial: 1 << 48 | 1), UsageID(epoch: .max, serial: .max), UsageID(epoch: 0, serial: 0),
        ]
        for id in ids { #expect(log.lanes[0].push(id, httpStatus: 200, at: later)) }
        let found = try await read(log, StreamUsageRequest(afterTime: later)).compactMap(\.outcome)
        #expect(found == ids.map { UsageOutcome(usageID: $0.bytes, httpStatus: 200, time: later) })
        for request in [
            StreamUsageRequest(accountID: "acme"), StreamUsageRequest(keyID: "4mVb0QzYx1Ab"),
            StreamUsageRequest(userID: "u-1"), StreamUsageRequest(deniedOnly: true),
            StreamUsageRequest(supersededOnly: true), StreamUsageRequest(verdicts: [.valid]),
        ] { #expect(try await read(log, request).compactMap(\.outcome).isEmpty, "\(request)") }
        #expect(
            try await read(log, StreamUsageRequest(afterTime: later.advanced(by: .milliseconds(1)))).isEmpty)
    }

    @Test("R17: a slot of the places that a later event has taken joins nothing with the wrong one")
    func overwritten() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        let again = 1 + UInt64(Limits.usagePlacesPerLane)
        log.lanes[0].note(sampleKey(), serial: 1)
        log.lanes[0].note(sampleKey(id: "000000000001"), serial: again)
        for serial in [1, again] {
            #expect(log.lanes[0].push(UsageID(epoch: 7, serial: serial), httpStatus: 200, at: later))
        }
        // What belongs to no key is numbered behind what does.
        #expect(try await read(log).compactMap { $0.outcome?.keyID } == ["000000000001", ""])
    }

    @Test("B3: outcomes do not count towards the limit")
    func limit() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        for serial in 1...9 as ClosedRange<UInt64> {
            log.lanes[0].note(sampleKey(), serial: serial)
            #expect(log.lanes[0].push(UsageID(epoch: 7, serial: serial), httpStatus: 200, at: later))
            // So that they are numbered in turn.
            _ = try await log.subscribe(StreamUsageRequest())
        }
        let oldest = try await read(log, StreamUsageRequest(limit: 3))
        #expect(oldest.map(\.sequence) == [1, 2, 3, 4, 5])
        let newest = try await read(log, StreamUsageRequest(limit: 3, newestFirst: true))
        #expect(newest.map(\.sequence) == [18, 17, 16, 15, 14, 13])
    }

    @Test("R17: outcomes fill half of a ring at most, are refused then, and leave room for events")
    func full() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        var taken = 0
        while log.lanes[0].push(UsageID(epoch: 1, serial: UInt64(taken)), httpStatus: 200, at: later) { taken += 1 }
        #expect(taken > 1_000 && taken < Limits.usageLaneBytes / 2 / 40)
        let events = 1_000
        for serial in 1...events { log.lanes[0].note(sampleKey(), serial: UInt64(serial)) }
        let records = try await read(log)
        #expect(records.count { $0.outcome != nil } == taken)
        #expect(records.count { $0.event != nil } == events)
        #expect(log.lanes[0].push(UsageID(epoch: 1, serial: 1), httpStatus: 200, at: later))
    }

    @Test("R17, storage: outcomes are on disk as they were in memory, over a restart, and are not joined behind it")
    func disk() async throws {
        let storage = SimulatedStorage()
        let first = try UsageLife(storage)
        try await first.note(["/1", "/2"])
        #expect(first.log.lanes[0].push(UsageID(epoch: 1, serial: 1), httpStatus: 418, at: later))
        #expect(first.log.lanes[0].push(UsageID(epoch: 9, serial: 1), httpStatus: 599, at: later))
        let before = try await first.read()
        #expect(before.compactMap { $0.outcome?.httpStatus } == [418, 599])
        #expect(before.compactMap { $0.outcome?.keyID } == ["4mVb0QzYx1Ab", ""])
        await first.stop()
        let second = try UsageLife(storage.restarted())
        #expect(try await second.read() == before)
        #expect(
            try await second.read(StreamUsageRequest(newestFirst: true)).filter { $0.kind != .live }
                == before.filter { $0.kind != .live }.reversed())
        // Another run has another epoch; and what this one's memory has not, it does not join either.
        #expect(second.log.lanes[0].push(UsageID(epoch: 1, serial: 1), httpStatus: 200, at: later))
        #expect(try await second.read().compactMap(\.outcome).last?.verdict == nil)
        #expect(
            try await second.read(StreamUsageRequest(history: true, keyID: "4mVb0QzYx1Ab")).count { $0.outcome != nil }
                == 1)
    }

    @Test("a record that an outcome names is let go with it")
    func release() async throws {
        weak var gone: PublishedKey?
        do {
            let log = try UsageLog(epoch: 7, laneCount: 1)
            let key = sampleKey()
            gone = key
            log.lanes[0].note(key, serial: 1)
            for _ in 0..<5 { #expect(log.lanes[0].push(UsageID(epoch: 7, serial: 1), httpStatus: 200, at: later)) }
            _ = try await log.subscribe(StreamUsageRequest())
            #expect(log.lanes[0].push(UsageID(epoch: 7, serial: 1), httpStatus: 200, at: later))
        }
        #expect(gone == nil)
    }

    @Test("R17: following, an outcome reaches a stream with its own event's filter")
    func following() async throws {
        let log = try UsageLog(epoch: 7, laneCount: 1)
        let running = Task { await log.run() }
        let stream = try await log.subscribe(StreamUsageRequest(keyID: "4mVb0QzYx1Ab"))
        log.lanes[0].note(sampleKey(), serial: 1)
        #expect(log.lanes[0].push(UsageID(epoch: 7, serial: 1), httpStatus: 200, at: later))
        log.lanes[0].signal()
        var found: [UsageRecord] = []
        while found.count < 2, let more = await stream.next() {
            found += more.filter { $0.event != nil || $0.outcome != nil }
        }
        #expect(found.last?.outcome?.httpStatus == 200)
        log.stop()
        await running.value
    }
}

extension UsageRecord {
    fileprivate var outcome: UsageOutcome? {
        if case .outcome(let outcome) = kind { outcome } else { nil }
    }
}
