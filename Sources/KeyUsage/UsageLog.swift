// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
package import KeyModel
internal import KeyStore
internal import Synchronization

/// Numbers usage events, writes them to disk and hands them to its subscribers.
///
/// Events come in batches from the event loops' lanes. The latest are in memory; a subscriber that is behind those reads
/// the segments, and one that is behind what is kept finds a gap. None slows another, and nothing slows a Validate.
/// The log's turns run on a thread of its own, because some of them write and sync.
package actor UsageLog {
    /// Tells this run's usage ids from those of every other.
    package nonisolated let epoch: UInt64
    /// One for each event loop.
    package nonisolated let lanes: [UsageLane]
    /// Where this run's numbers begin.
    package nonisolated let startSequence: UInt64
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private nonisolated let isOff: Bool
    private nonisolated let executor: ThreadExecutor
    private let wakeUps: AsyncStream<Void>
    private nonisolated let stopWakeUps: AsyncStream<Void>.Continuation
    private nonisolated let subscribers = Atomic<Int>(0)
    nonisolated let now: @Sendable () -> Timestamp
    let disk: UsageDisk?
    private var isNumbering: Bool
    /// Came while none could be numbered.
    private var unnumbered: UInt64 = 0
    private(set) var history: [Piece] = []
    private var historyBytes = 0
    private(set) var nextSequence: UInt64 = 1
    private var droppedBefore: [UInt64]
    /// Entries that were drained, belong to no key, and have no number yet.
    private var keyless: [UInt8] = []
    private var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0
    let places: UsagePlaces
    private var waitingOutcomes = WaitingOutcomes()

    /// A stretch of the history.
    enum Piece: Sendable {
        case events(UsageChunk)
        case gap(first: UInt64, count: UInt64, UsageGapReason)

        var firstSequence: UInt64 {
            switch self {
            case .events(let chunk): chunk.firstSequence
            case .gap(let first, _, _): first
            }
        }
    }

    /// - Parameters:
    ///   - isOff: Whether nothing is noted, and nobody may ask.
    ///   - disk: Where events are kept; `nil` = in memory only, numbered from 1.
    ///   - now: The time, for heartbeats.
    package init(
        epoch: UInt64, laneCount: Int, isOff: Bool = false, disk: sending UsageDisk? = nil,
        now: @escaping @Sendable () -> Timestamp = { SystemClock().wallTime() }
    ) throws(JournalError) {
        self.epoch = epoch
        self.now = now
        self.isOff = isOff
        executor = try ThreadExecutor()
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        wakeUps = stream
        stopWakeUps = continuation
        lanes = (0..<laneCount).map { _ in UsageLane(epoch: epoch, isOff: isOff) { continuation.yield() } }
        places = UsagePlaces(laneCount: laneCount)
        droppedBefore = Array(repeating: 0, count: laneCount)
        isNumbering = disk == nil
        if let opened = disk?.open() {
            isNumbering = true
            nextSequence = opened.nextSequence
            if let missing = opened.missing {
                history = [.gap(first: missing.first, count: missing.next - missing.first, missing.reason)]
            }
        }
        startSequence = nextSequence
        self.disk = disk
    }

    deinit {
        executor.stop()
    }

    /// Takes in events until `stop`, or until the task is cancelled.
    package func run() async {
        let ticking = Task { await tickRepeatedly() }
        for await _ in wakeUps {
            repeat {
                takeIn()
                // Not to wait for anything: it lets events gather, so that a busy service wakes the log 200 times a
                // second and not at every read.
                try? await Task.sleep(for: .milliseconds(Limits.usageGatherMilliseconds))
                takeIn()
            } while !Task.isCancelled && !(waitingOutcomes.isEmpty && lanes.allSatisfy { $0.prepareToSleep() })
        }
        ticking.cancel()
        // What the second round of the lanes brings waits for the next turn: until there is none.
        repeat { takeIn() } while !waitingOutcomes.isEmpty
        tellUnnumbered()
        disk?.close(at: nextSequence)
    }

    private func tickRepeatedly() async {
        while !Task.isCancelled {
            // What is done now and then is periodic; nothing waits for it.
            try? await Task.sleep(for: .milliseconds(Limits.usageSyncMilliseconds))
            if Task.isCancelled { return }
            tick()
        }
    }

    /// Once a second: syncs what was written, lets go what is too old, tries again what failed, and lets subscribers
    /// look whether they owe a heartbeat.
    package func tick() {
        if !isNumbering, let opened = disk?.open() {
            isNumbering = true
            nextSequence = opened.nextSequence
            takeIn()
        }
        tellUnnumbered()
        disk?.keep()
        resumeWaiting()
    }

    /// The last sequence that was given; 0 = none yet.
    package var lastSequence: UInt64 { nextSequence - 1 }

    package nonisolated func stop() {
        stopWakeUps.finish()
    }

    // MARK: Taking in

    /// Moves what the lanes hold into the history and to the disk.
    private func takeIn() {
        let before = nextSequence
        drain()
        if !waitingOutcomes.isEmpty {
            // The events of these were asked for before, but maybe in lanes that had been looked at already. What the
            // second round brings waits for the next turn.
            let outcomes = waitingOutcomes.take()
            drain()
            addKeyless()
            joined(outcomes).withUnsafeBytes { sort($0, by: UsageEntry.series) }
        }
        addKeyless()
        if nextSequence == before { return }
        disk?.flush()
        while historyBytes > Limits.usageHistoryBytes, history.count > 1 {
            if case .events = history.removeFirst() { historyBytes -= UsageChunk.capacity }
        }
        resumeWaiting()
    }

    private func drain() {
        for (index, lane) in lanes.enumerated() {
            _ = lane.drain { entries in
                sort(entries, by: UsageEntry.kind)
            }
            let dropped = lane.droppedCount
            if dropped > droppedBefore[index] {
                let count = dropped - droppedBefore[index]
                droppedBefore[index] = dropped
                addGap(count, .dropped)
            }
        }
    }

    /// Numbers what belongs to a key, and sets aside what does not and what waits for its event.
    private func sort(_ entries: UnsafeRawBufferPointer, by kind: (UnsafeRawPointer) -> UsageEntry.Kind) {
        UsageEntry.eachRun(entries, by: kind) { run, kind in
            switch kind {
            case .keyed: add(run, isKeyless: false)
            case .keyless: keyless.append(contentsOf: run)
            case .outcome: waitingOutcomes.append(run)
            }
        }
    }

    private func resumeWaiting() {
        let resumed = waiting
        waiting = [:]
        for continuation in resumed.values { continuation.resume() }
    }

    /// Whether so many may be numbered: none is given that a crash could make the next run give again.
    func mayNumber(_ count: UInt64) -> Bool {
        guard let disk else { return true }
        return isNumbering && disk.reserve(before: nextSequence + unnumbered + count)
    }

    private func addGap(_ count: UInt64, _ reason: UsageGapReason) {
        guard mayNumber(count) else {
            unnumbered += count
            return
        }
        addUnnumbered()
        appendGap(count, reason)
    }

    /// Tells of what could not be numbered as soon as it can be, also when nothing follows it.
    private func tellUnnumbered() {
        if unnumbered == 0 || !mayNumber(0) { return }
        addUnnumbered()
        disk?.flush()
        resumeWaiting()
    }

    private func addUnnumbered() {
        if unnumbered == 0 { return }
        appendGap(unnumbered, .notWritten)
        unnumbered = 0
    }

    private func appendGap(_ count: UInt64, _ reason: UsageGapReason) {
        history.append(.gap(first: nextSequence, count: count, reason))
        disk?.append(gapFrom: nextSequence, count: count, reason)
        nextSequence += count
    }

    /// Numbers what belongs to no key behind what does, so that on disk each series gets one stretch of numbers.
    private func addKeyless() {
        if keyless.isEmpty { return }
        var entries: [UInt8] = []
        swap(&entries, &keyless)
        entries.withUnsafeBytes { add($0, isKeyless: true) }
        entries.removeAll(keepingCapacity: entries.capacity <= Limits.usageLaneBytes)
        keyless = entries
    }

    private func add(_ entries: UnsafeRawBufferPointer, isKeyless: Bool) {
        let count = UsageEntry.count(entries)
        guard mayNumber(count) else {
            unnumbered += count
            return
        }
        addUnnumbered()
        disk?.append(entries, isKeyless: isKeyless, from: nextSequence)
        var rest = entries
        while !rest.isEmpty {
            if case .events(let chunk) = history.last {
                let countBefore = chunk.count
                let taken = chunk.append(rest, places)
                nextSequence += chunk.count - countBefore
                rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
                if rest.isEmpty { return }
            }
            history.append(.events(UsageChunk(firstSequence: nextSequence)))
            historyBytes += UsageChunk.capacity
        }
    }

    // MARK: Subscribers

    /// Begins a subscription, with the history that is kept or with what happens next.
    package func subscribe(
        _ request: StreamUsageRequest, in scope: AccountScope = .everything
    ) throws(Refusal) -> sending UsageSubscription {
        if isOff {
            throw Refusal(
                .failedPrecondition, .usageLogOff, "the server runs without a usage log (--no-usage-log)")
        }
        if subscribers.load(ordering: .relaxed) >= Limits.usageSubscribers {
            throw Refusal(
                .resourceExhausted, .tooManyStreams, "\(Limits.usageSubscribers) usage streams are open; end one first")
        }
        takeIn()
        if request.afterSequence >= nextSequence {
            throw .invalid([FieldViolation("after_sequence", "is beyond the log's last sequence, \(lastSequence)")])
        }
        subscribers.wrappingAdd(1, ordering: .relaxed)
        return UsageSubscription(log: self, request: request, in: scope, from: begin(request), liveFrom: nextSequence)
    }

    /// Where a subscription's first record is.
    private func begin(_ request: StreamUsageRequest) -> UInt64 {
        if !request.looksBack { return nextSequence }
        let inMemory = history.first?.firstSequence ?? nextSequence
        let first = min(disk?.firstSequence ?? inMemory, inMemory)
        if request.afterSequence > 0 {
            return request.newestFirst ? max(first, request.afterSequence + 1) : request.afterSequence + 1
        }
        guard let time = request.afterTime, let found = disk?.sequence(before: time) else { return first }
        return min(found, nextSequence)
    }

    nonisolated func ended() {
        subscribers.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Returns when there is something at `sequence`, at the next tick, or when the task is cancelled.
    func wait(for sequence: UInt64) async {
        if sequence < nextSequence { return }
        nextWaiter += 1
        let id = nextWaiter
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    waiting[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.stopWaiting(id) }
        }
    }

    private func stopWaiting(_ id: UInt64) {
        waiting.removeValue(forKey: id)?.resume()
    }
}
