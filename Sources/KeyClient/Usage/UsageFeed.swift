// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore
internal import Synchronization

/// One usage stream's place on its event loop.
final actor UsageFeed {
    nonisolated let unownedExecutor: UnownedSerialExecutor
    private let eventLoop: any EventLoop
    /// In a box, so that `deinit`, on whatever thread, can hand it to the event loop.
    private let box: NIOLoopBoundBox<UsageFeedCore>
    private var core: UsageFeedCore { box.value }

    private let connector: Connector
    private var progress: UsageProgress
    private let resuming: Bool
    /// Whether the connection is lost and being made again.
    nonisolated let isInterrupted = Atomic(false)

    init(_ connector: Connector, _ request: StreamUsageRequest, resuming: Bool) {
        self.connector = connector
        self.resuming = resuming
        progress = UsageProgress(request)
        eventLoop = connector.eventLoop
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        box = .makeBoxSendingValue(UsageFeedCore(connector), eventLoop: eventLoop)
    }

    /// When neither stream nor iterator is left.
    deinit {
        eventLoop.execute { [box] in box.value.stop() }
    }

    /// Connects and sends the request.
    func open() async throws(Refusal) {
        let request = progress.request
        try await withCheckedContinuation { core.open(request, opened: $0) }.get()
        isInterrupted.store(false, ordering: .relaxed)
    }

    /// Everything that has come, or what comes next; empty = it is over.
    func take() async throws(Refusal) -> [UsageRecord] {
        var backoff = Backoff()
        while true {
            switch await takeOnce() {
            case .success(let records):
                let new = progress.pass(records)
                if !new.isEmpty || records.isEmpty { return new }
            case .failure(let refusal):
                guard resuming, progress.canResume(after: refusal) else { throw refusal }
                if progress.isDone { return [] }
                isInterrupted.store(true, ordering: .relaxed)
                let pause = backoff.next()
                // Not to wait for anything: it is how often a server that is not there is asked.
                do { try await Task.sleep(for: .nanoseconds(pause.nanoseconds)) } catch { return [] }
                box.value = UsageFeedCore(connector)
                // If it cannot connect, the next turn finds that out.
                do throws(Refusal) { try await open() } catch { continue }
            }
        }
    }

    private func takeOnce() async -> Result<[UsageRecord], Refusal> {
        await withTaskCancellationHandler {
            if Task.isCancelled { core.stop() }
            return await withCheckedContinuation { core.take($0) }
        } onCancel: {
            Task { await self.stop() }
        }
    }

    private func stop() {
        core.stop()
    }
}
