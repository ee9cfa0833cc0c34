// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire
internal import NIOCore

/// The streams of one connection.
extension FrameHandler {
    struct OpenStream {
        let key: StreamKey
        /// Who reads, whoever the connection speaks for by then, and whose events he saw when it began.
        var caller: Caller
        let scope: AccountScope
        let task: Task<Void, Never>
        let deadline: Scheduled<Void>?

        func cancel() {
            task.cancel()
            deadline?.cancel()
        }
    }

    func beginStream(
        _ id: UInt64, _ request: StreamUsageRequest, timeout: TimeAmount?, _ context: ChannelHandlerContext
    ) {
        if streams.count >= Limits.streamsPerConnection {
            return finish(
                id,
                .failure(
                    Refusal(
                        .resourceExhausted, .tooManyStreams,
                        "\(Limits.streamsPerConnection) streams are open on this connection; end one first")))
        }
        // Whoever was let in has one.
        guard let scope = caller.current.standing.usageScope else { return finish(id, .failure(.callerRequired)) }
        streamCount += 1
        let key = StreamKey(id: id, serial: streamCount)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let streamer = UsageStreamer(service: service, handler: handler, eventLoop: context.eventLoop, stream: key)
        let deadline = timeout.map { timeout in
            context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
                self?.endStream(key, .failure(.streamDeadlineExceeded)) ?? ()
            }
        }
        streams[id] = OpenStream(
            key: key, caller: caller.current, scope: scope, task: streamer.start(request, in: scope), deadline: deadline
        )
    }

    /// A message of a stream. The future succeeds when it has left for the socket.
    func send(_ stream: StreamKey, _ records: [UsageRecord]) -> EventLoopFuture<Void>? {
        guard let context, streams[stream.id]?.key == stream, !isClosing else { return nil }
        if !maySee(stream.id) {
            endStream(stream, .failure(.callerRequired))
            return nil
        }
        ServerFrame(id: stream.id, end: false, result: .success(.streamUsage(records))).encode(into: &output)
        let promise = context.eventLoop.makePromise(of: Void.self)
        write(context, promise)
        return promise.futureResult
    }

    /// Whether a stream's reader may still see what he saw when it began.
    private func maySee(_ id: UInt64) -> Bool {
        loop.lane.enter()
        defer { loop.lane.leave() }
        streams[id]?.caller.refresh(on: loop.lane, at: service.now())
        return streams[id].map { $0.caller.standing.usageScope == $0.scope } ?? false
    }

    /// The last frame of a stream, unless it had one.
    func endStream(_ stream: StreamKey, _ result: Result<Reply, Refusal>?) {
        guard let open = streams[stream.id], open.key == stream else { return }
        streams[stream.id] = nil
        open.cancel()
        finish(stream.id, result)
    }
}
