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
    let id: UInt64

    func start(_ request: StreamUsageRequest) -> Task<Void, Never> {
        Task {
            do throws(Refusal) {
                try await stream(request)
                finish(Task.isCancelled ? .failure(.cancelled) : nil)
            } catch {
                finish(.failure(error))
            }
        }
    }

    private func stream(_ request: StreamUsageRequest) async throws(Refusal) {
        let subscription = try await service.streamUsage(request)
        while let records = await subscription.next() {
            guard await deliver(records) else { return }
        }
    }

    /// Whether the connection still takes messages of this stream.
    private func deliver(_ records: [UsageRecord]) async -> Bool {
        let sent = eventLoop.flatSubmit { [handler, eventLoop, id] in
            guard let future = handler.value.send(id, records) else {
                return eventLoop.makeSucceededFuture(false)
            }
            return future.map { true }
        }
        return (try? await sent.get()) ?? false
    }

    private func finish(_ result: Result<Reply, Refusal>?) {
        eventLoop.execute { [handler, id] in handler.value.endStream(id, result) }
    }
}

extension Refusal {
    fileprivate static let cancelled = Refusal(.cancelled, .cancelled, "the call was cancelled")
}
