// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// One usage stream's place on its event loop.
final actor UsageFeed {
    nonisolated let unownedExecutor: UnownedSerialExecutor
    private let eventLoop: any EventLoop
    /// In a box, so that `deinit`, on whatever thread, can hand it to the event loop.
    private let box: NIOLoopBoundBox<UsageFeedCore>
    private var core: UsageFeedCore { box.value }

    init(_ connector: Connector) {
        eventLoop = connector.eventLoop
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        box = .makeBoxSendingValue(UsageFeedCore(connector), eventLoop: eventLoop)
    }

    /// When neither stream nor iterator is left.
    deinit {
        eventLoop.execute { [box] in box.value.stop() }
    }

    /// Connects and sends the request.
    func open(_ request: StreamUsageRequest) async throws(Refusal) {
        try await withCheckedContinuation { core.open(request, opened: $0) }.get()
    }

    /// Everything that has come, or what comes next; empty = it is over.
    func take() async throws(Refusal) -> [UsageRecord] {
        let result = await withTaskCancellationHandler {
            if Task.isCancelled { core.stop() }
            return await withCheckedContinuation { core.take($0) }
        } onCancel: {
            Task { await self.stop() }
        }
        return try result.get()
    }

    private func stop() {
        core.stop()
    }
}
