// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyUsage
internal import KeyWire
internal import NIOCore

/// One connection of the frame door: carries bytes between the channel, the connection's machine and the service.
///
/// Everything happens on the channel's event loop. A Validate is answered where it is read: no task, no hop, no lock
/// held across work. Other calls run as tasks and come back to the loop. What one read leads to is written at once.
final class FrameHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let service: KeyService
    private let loop: LoopContext
    private let identity: PeerIdentity
    private let callerBytes: [UInt8]

    private var machine = ConnectionMachine()
    /// The beginning of a frame, or frames that wait while the machine has paused.
    private var unread = ByteBuffer()
    private var output = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var streams = 0
    private var isPaused = false
    private var isReadHeld = false
    private var isFlushDue = false
    private var isDraining = false
    private var isClosing = false

    init(service: KeyService, loop: LoopContext, identity: PeerIdentity) {
        self.service = service
        self.loop = loop
        self.identity = identity
        callerBytes = Array(identity.caller.utf8)
    }

    // MARK: Bytes in

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.remove(self)
        for task in tasks.values { task.cancel() }
        tasks = [:]
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that breaks is the peer's affair; nothing of it is worth a line in the log.
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        if isClosing { return }
        if unread.readableBytes > 0 {
            unread.writeBuffer(&bytes)
            processUnread()
        } else {
            process(&bytes)
            if bytes.readableBytes > 0 { unread.writeBuffer(&bytes) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    private func processUnread() {
        var bytes = unread
        unread = ByteBuffer()
        process(&bytes)
        bytes.discardReadBytes()
        unread = bytes
    }

    private func process(_ bytes: inout ByteBuffer) {
        let now = service.now()
        var validated = false
        var offset = 0
        isPaused = false
        loop.lane.enter()
        defer { loop.lane.leave() }
        bytes.withUnsafeReadableBytes { bytes in
            while true {
                switch machine.next(in: bytes, from: &offset, loop.decoder) {
                case .validate(let id, let question):
                    let (answer, key) = callerBytes.withUnsafeBytes {
                        service.validate(question, at: now, caller: $0, on: loop.lane)
                    }
                    ValidateReplyWriter.write(id: id, answer, key: key, into: &output)
                    validated = true
                case .begin(let id, let timeout, let call):
                    begin(id, timeoutMilliseconds: timeout, call)
                case .cancel(let target):
                    tasks[target]?.cancel()
                case .refuse(let id, let refusal):
                    reply(id, .failure(refusal))
                case .close(let id, let refusal):
                    reply(id, .failure(refusal))
                    closeAfterWriting()
                    return
                case .pause:
                    isPaused = true
                    return
                case .needBytes:
                    return
                }
            }
        }
        bytes.moveReaderIndex(forwardBy: offset)
        if validated { loop.lane.usage.signal() }
    }

    // MARK: Calls

    private func begin(_ id: UInt64, timeoutMilliseconds: UInt32, _ call: Call) {
        guard let context else { return }
        if isDraining { return finish(id, .failure(.shuttingDown)) }
        let deadline = timeoutMilliseconds == 0
            ? nil
            : TimeSpan(
                nanoseconds: service.timeSinceBoot().nanoseconds + Int64(timeoutMilliseconds) * 1_000_000)
        let call_ = CallContext(caller: identity.caller, peer: identity.peer, deadline: deadline)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        if case .streamUsage(let request) = call {
            if streams >= Limits.streamsPerConnection {
                return finish(
                    id,
                    .failure(
                        Refusal(
                            .resourceExhausted, .tooManyStreams,
                            "\(Limits.streamsPerConnection) streams are open on this connection; end one first")))
            }
            streams += 1
            tasks[id] = UsageStreamer(service: service, handler: handler, eventLoop: eventLoop, id: id).start(request)
            if timeoutMilliseconds > 0 {
                eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(timeoutMilliseconds))) {
                    self.endStream(id, .failure(.deadlineExceeded))
                }
            }
            return
        }
        let service = service
        Task {
            let result: Result<Reply, Refusal>
            do throws(Refusal) {
                result = .success(try await service.perform(call, call_))
            } catch {
                result = .failure(error)
            }
            eventLoop.execute { handler.value.finish(id, result) }
        }
    }

    /// The last frame of a call: its answer.
    private func finish(_ id: UInt64, _ result: Result<Reply, Refusal>?) {
        machine.end(id)
        if context == nil { return }
        ServerFrame(id: id, end: true, result: result).encode(into: &output)
        resume()
    }

    /// A message of a stream. The future succeeds when it has left for the socket.
    func send(_ id: UInt64, _ records: [UsageRecord]) -> EventLoopFuture<Void>? {
        guard let context, tasks[id] != nil, !isClosing else { return nil }
        ServerFrame(id: id, end: false, result: .success(.streamUsage(records))).encode(into: &output)
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(output), promise: promise)
        output.clear()
        return promise.futureResult
    }

    /// The last frame of a stream, unless it had one.
    func endStream(_ id: UInt64, _ result: Result<Reply, Refusal>?) {
        guard let task = tasks.removeValue(forKey: id) else { return }
        task.cancel()
        streams -= 1
        finish(id, result)
    }

    /// After a call has ended: goes on with what waits, and writes, once for all calls that end in this tick.
    private func resume() {
        guard let context else { return }
        if isPaused {
            processUnread()
            if !isPaused { releaseRead(context) }
        }
        if isDraining, machine.callsInFlight == 0 { closeAfterWriting() }
        if isFlushDue { return }
        isFlushDue = true
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            handler.value.isFlushDue = false
            if let context = handler.value.context { handler.value.flush(context) }
        }
    }

    // MARK: Bytes out

    private func reply(_ id: UInt64, _ result: Result<Reply, Refusal>) {
        ServerFrame(id: id, end: true, result: result).encode(into: &output)
    }

    private func flush(_ context: ChannelHandlerContext) {
        if output.readableBytes > 0 {
            context.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
            output.clear()
        }
        if isClosing { context.close(promise: nil) }
    }

    private func closeAfterWriting() {
        isClosing = true
        unread.clear()
    }

    /// Reads on only while the peer takes its answers and the machine takes more calls.
    func read(context: ChannelHandlerContext) {
        if isPaused || isClosing || !context.channel.isWritable {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { releaseRead(context) }
        context.fireChannelWritabilityChanged()
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        if isReadHeld {
            isReadHeld = false
            read(context: context)
        }
    }

    // MARK: Stopping

    /// Takes no more calls, ends the streams, and closes when the calls in flight have been answered.
    func drain() {
        isDraining = true
        for id in tasks.keys { endStream(id, .failure(.shuttingDown)) }
        if machine.callsInFlight == 0, let context {
            closeAfterWriting()
            flush(context)
        }
    }

    /// Closes at once.
    func abort() {
        context?.close(promise: nil)
    }
}

extension Refusal {
    static let shuttingDown = Refusal(
        .unavailable, .shuttingDown, "the server is stopping; connect again shortly", retryAfter: .seconds(1))
}
