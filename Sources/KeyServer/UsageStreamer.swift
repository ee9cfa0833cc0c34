// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyUsage
internal import NIOCore

/// Runs one usage stream: reads the subscription and hands its records to the connection, one message at a time, each
/// when the one before has left. A reader that is slow thus waits in the log's history, not in this process's buffers.
struct UsageStreamer: Sendable {
    let service: KeyService
    let handler: NIOLoopBound<FrameHandler>
    let eventLoop: any EventLoop
    let stream: StreamKey

    func start(_ request: StreamUsageRequest, in scope: AccountScope) -> Task<Void, Never> {
        Task {
            do throws(Refusal) {
                try await run(request, in: scope)
                finish(Task.isCancelled ? .failure(.streamCancelled) : nil)
            } catch {
                finish(.failure(error))
            }
        }
    }

    private func run(_ request: StreamUsageRequest, in scope: AccountScope) async throws(Refusal) {
        let subscription = try await service.streamUsage(request, in: scope)
        while let records = await subscription.next() {
            guard await deliver(records) else { return }
        }
    }

    /// Whether the connection still takes messages of this stream.
    private func deliver(_ records: [UsageRecord]) async -> Bool {
        let sent = eventLoop.flatSubmit { [handler, eventLoop, stream] in
            guard let future = handler.value.send(stream, records) else {
                return eventLoop.makeSucceededFuture(false)
            }
            return future.map { true }
        }
        return (try? await sent.get()) ?? false
    }

    private func finish(_ result: Result<Reply, Refusal>?) {
        eventLoop.execute { [handler, stream] in handler.value.endStream(stream, result) }
    }
}

/// Which stream of a connection: its call's id, and a number of its own, because an id may be used again.
struct StreamKey: Hashable, Sendable {
    let id: UInt64
    let serial: UInt64
}
