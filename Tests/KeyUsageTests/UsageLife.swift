// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import KeyUsage

/// One run of a usage log on a simulated disk.
struct UsageLife {
    let storage: SimulatedStorage
    let clock: ManualClock
    let log: UsageLog
    private let key = sampleKey()

    init(
        _ storage: SimulatedStorage, _ clock: ManualClock = ManualClock(), retention: UsageRetention = UsageRetention(),
        now: (@Sendable () -> Timestamp)? = nil, tell: @escaping @Sendable (StorageError?) -> Void = { _ in }
    ) throws {
        self.storage = storage
        self.clock = clock
        if try storage.status("/data") == nil {
            try storage.createDirectory("/data", mode: 0o700)
            try storage.syncDirectory("/")
        }
        let now = now ?? { clock.wallTime() }
        log = try UsageLog(
            epoch: 1, laneCount: 1,
            disk: UsageDisk(storage: storage, path: "/data", retention: retention, now: now, tell: tell), now: now)
    }

    /// Notes so many events, each with a path of its own, and has the log take them in.
    @discardableResult
    func note(_ paths: [String], _ verdict: Verdict = .valid) async throws -> UInt64 {
        for path in paths { log.lanes[0].note(key, verdict, path: path, time: clock.wallTime()) }
        return try await takeIn()
    }

    /// The same for events that belong to no key: guesses.
    @discardableResult
    func guess(_ paths: [String]) async throws -> UInt64 {
        for path in paths { log.lanes[0].note(nil, .notFound, path: path, time: clock.wallTime()) }
        return try await takeIn()
    }

    /// Notes one, and leaves it in the lane.
    func push(_ path: String, isKeyless: Bool) {
        log.lanes[0].note(isKeyless ? nil : key, isKeyless ? .malformed : .valid, path: path, time: clock.wallTime())
    }

    /// Has the log take in what is in the lane; returns the last sequence.
    @discardableResult
    func takeIn() async throws -> UInt64 {
        _ = try await log.subscribe(StreamUsageRequest())
        return await log.lastSequence
    }

    /// As a clean stop does.
    func stop() async {
        log.stop()
        await log.run()
    }

    /// Everything that a request without `follow` gives.
    func read(_ request: StreamUsageRequest = StreamUsageRequest(history: true)) async throws -> [UsageRecord] {
        var request = request
        request.noFollow = true
        let subscription = try await log.subscribe(request)
        var found: [UsageRecord] = []
        while let more = await subscription.next() { found += more }
        return found
    }

    /// The paths of its segments, the oldest first.
    var segments: [String] {
        get throws { try segments("/data/usage") }
    }

    /// The same of those for events that belong to no key.
    var keylessSegments: [String] {
        get throws { try segments("/data/usage/keyless") }
    }

    private func segments(_ folder: String) throws -> [String] {
        try storage.list(folder).filter { $0.hasSuffix(".log") }.map { folder + "/" + $0 }
    }

    func bytes(_ paths: [String]) throws -> UInt64 {
        try paths.reduce(0) { $0 + (try storage.status($1)?.size ?? 0) }
    }
}

/// Whether records follow one another without a hole or a repetition, from the first one on.
func isSeamless(_ records: [UsageRecord], from first: UInt64) -> Bool {
    var next = first
    for record in records {
        if let gap = record.gap {
            guard gap.firstSequence == next, gap.count > 0 else { return false }
            next += gap.count
        } else if record.event != nil {
            guard record.sequence == next else { return false }
            next += 1
        }
    }
    return true
}
