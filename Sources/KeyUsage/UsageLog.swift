// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import Synchronization

/// Numbers usage events and keeps the latest of them for its subscribers.
///
/// Events come in batches from the event loops' lanes. The history is bounded; a subscriber that reads too slowly finds
/// a gap where events have gone, and slows nobody. Nothing is on disk yet: sequences begin at 1 with each start.
package actor UsageLog {
    /// Tells this run's usage ids from those of every other.
    package nonisolated let epoch: UInt64
    /// One for each event loop.
    package nonisolated let lanes: [UsageLane]

    private let wakeUps: AsyncStream<Void>
    private nonisolated let stopWakeUps: AsyncStream<Void>.Continuation
    private nonisolated let subscribers = Atomic<Int>(0)
    private var history: [Piece] = []
    private var historyBytes = 0
    private var nextSequence: UInt64 = 1
    private var droppedBefore: [UInt64]
    private var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0

    /// A stretch of the history.
    enum Piece: Sendable {
        case events(UsageChunk)
        /// Dropped before they reached the log.
        case dropped(first: UInt64, count: UInt64)

        var firstSequence: UInt64 {
            switch self {
            case .events(let chunk): chunk.firstSequence
            case .dropped(let first, _): first
            }
        }
    }

    package init(epoch: UInt64, laneCount: Int) {
        self.epoch = epoch
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        wakeUps = stream
        stopWakeUps = continuation
        lanes = (0..<laneCount).map { _ in UsageLane { continuation.yield() } }
        droppedBefore = Array(repeating: 0, count: laneCount)
    }

    /// Takes in events until `stop`, or until the task is cancelled.
    package func run() async {
        for await _ in wakeUps {
            repeat {
                takeIn()
                // Not to wait for anything: it lets events gather, so that a busy service wakes the log 200 times a
                // second and not at every read.
                try? await Task.sleep(for: .milliseconds(Limits.usageGatherMilliseconds))
                takeIn()
            } while !Task.isCancelled && !lanes.allSatisfy({ $0.prepareToSleep() })
        }
        takeIn()
    }

    /// The last sequence that was given; 0 = none yet.
    package var lastSequence: UInt64 { nextSequence - 1 }

    package nonisolated func stop() {
        stopWakeUps.finish()
    }

    /// Moves what the lanes hold into the history.
    private func takeIn() {
        let before = nextSequence
        for (index, lane) in lanes.enumerated() {
            _ = lane.drain { add($0) }
            let dropped = lane.droppedCount
            if dropped > droppedBefore[index] {
                let count = dropped - droppedBefore[index]
                droppedBefore[index] = dropped
                history.append(.dropped(first: nextSequence, count: count))
                nextSequence += count
            }
        }
        if nextSequence == before { return }
        while historyBytes > Limits.usageHistoryBytes, history.count > 1 {
            if case .events = history.removeFirst() { historyBytes -= UsageChunk.capacity }
        }
        let resumed = waiting
        waiting = [:]
        for continuation in resumed.values { continuation.resume() }
    }

    private func add(_ entries: UnsafeRawBufferPointer) {
        var rest = entries
        while !rest.isEmpty {
            if case .events(let chunk) = history.last {
                let countBefore = chunk.count
                let taken = chunk.append(rest)
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
    package func subscribe(_ request: StreamUsageRequest) throws(Refusal) -> sending UsageSubscription {
        if subscribers.load(ordering: .relaxed) >= Limits.usageSubscribers {
            throw Refusal(
                .resourceExhausted, .tooManyStreams, "\(Limits.usageSubscribers) usage streams are open; end one first")
        }
        takeIn()
        subscribers.wrappingAdd(1, ordering: .relaxed)
        let first = request.history ? history.first?.firstSequence ?? nextSequence : nextSequence
        return UsageSubscription(log: self, request: request, from: first, liveFrom: nextSequence)
    }

    nonisolated func ended() {
        subscribers.wrappingSubtract(1, ordering: .relaxed)
    }

    /// What a subscriber reads next.
    enum Next: Sendable {
        /// Events of this chunk, up to this offset and this sequence.
        case events(UsageChunk, end: Int, nextSequence: UInt64)
        case missing(first: UInt64, count: UInt64, reason: String)
        /// Nothing yet.
        case nothing
    }

    func next(from sequence: UInt64) -> Next {
        guard let first = history.first?.firstSequence, sequence < nextSequence else { return .nothing }
        if sequence < first {
            return .missing(first: sequence, count: first - sequence, reason: UsageGap.slowReader)
        }
        guard let piece = history.last(where: { $0.firstSequence <= sequence }) else { return .nothing }
        switch piece {
        case .events(let chunk):
            return .events(chunk, end: chunk.end, nextSequence: chunk.firstSequence + chunk.count)
        case .dropped(let first, let count):
            return .missing(first: sequence, count: first + count - sequence, reason: UsageGap.dropped)
        }
    }

    /// Returns when there is something at `sequence`, or when the task is cancelled.
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
