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

    let service: KeyService
    let loop: LoopContext
    let caller: ConnectionCaller

    /// Where its loop keeps it.
    var place = 0
    var machine: ConnectionMachine
    var activity: ConnectionActivity
    var reader = ReaderWatch()
    /// The beginning of a frame, or frames that wait while the machine has paused.
    var unread = ByteBuffer()
    var output = ByteBuffer()
    var context: ChannelHandlerContext?
    var streams: [UInt64: OpenStream] = [:]
    var streamCount: UInt64 = 0
    var held = HeldValidates()
    var isPaused = false
    var isResting = false
    /// Since when frames that have come in wait for calls to end.
    private var pausedSince: TimeSpan?
    var isReadHeld = false
    private var isFlushDue = false
    var isDraining = false
    private var isInputClosed = false
    var isClosing = false
    private var hasLeft = false

    init(service: KeyService, loop: LoopContext, peer: CallerPeer) {
        self.service = service
        self.loop = loop
        machine = ConnectionMachine(callsInFlightMax: loop.census.limits.callsPerConnection)
        activity = ConnectionActivity(at: loop.tick)
        caller = ConnectionCaller(peer, service, on: loop.lane)
    }

    // MARK: Bytes in

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self, on: context.channel)
    }

    func channelActive(context: ChannelHandlerContext) {
        if loop.isDraining { drain() }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        for stream in streams.values { stream.cancel() }
        streams = [:]
        held.cancel()
        unread.cleanseReadableBytes()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that breaks is the peer's affair; nothing of it is worth a line in the log.
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        // Whatever becomes of them, no token stays in memory that the channel reads into again.
        defer { bytes.cleanseReadableBytes() }
        if isClosing { return }
        if unread.readableBytes > 0 {
            unread.take(&bytes)
            if !isResting { processUnread() }
        } else {
            process(&bytes)
            if bytes.readableBytes > 0, !isClosing { unread.take(&bytes) }
        }
    }

    /// The peer sends nothing more: it gets the answers that it waits for, then the connection closes.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        closeWhenDone()
        flush(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    private func processUnread() {
        var bytes = unread
        unread = ByteBuffer()
        process(&bytes)
        if bytes.readableBytes == 0 { return }
        if isClosing { return bytes.cleanseReadableBytes() }
        bytes.compact()
        unread = bytes
    }

    private func process(_ bytes: inout ByteBuffer) {
        let now = service.now()
        // How long these frames have waited already. Nearly always they have just come in.
        let waited = pausedSince.map { service.timeSinceBoot().nanoseconds - $0.nanoseconds } ?? 0
        var hasNoted = false
        var offset = 0
        var shedCount: UInt64 = 0
        var strangers = 0
        isPaused = false
        if let context { loop.noteRead(at: now, service, on: context.eventLoop) }
        loop.lane.enter()
        defer { loop.lane.leave() }
        bytes.withUnsafeReadableBytes { bytes in
            while true {
                let start = offset
                if start < bytes.count, isEnough(&strangers) {
                    rest()
                    if pausedSince == nil { pausedSince = service.timeSinceBoot() }
                    return
                }
                var isTaken = false
                if loop.load.isShedding, shed(bytes, &offset, &isTaken, at: now) {
                    shedCount += 1
                    continue
                }
                let action = machine.next(in: bytes, from: &offset, loop.decoder)
                let authorization = loop.decoder.takeAuthorization().map { caller.authorize($0, at: now) }
                if case .later(let wait) = authorization, refuse(action, wait) { continue }
                switch action {
                case .validate(let id, let timeout, let question):
                    if waited > 0, isOver(timeout, waited) {
                        reply(id, .failure(.deadlineExceeded))
                    } else if !mayValidate(at: now) {
                        reply(id, .failure(caller.refuseValidate(caller.current, at: now)))
                    } else if loop.load.isShedding, !isTaken, !loop.load.takes() {
                        reply(id, .failure(.overloaded))
                        loop.load.noteShed()
                        shedCount += 1
                    } else if question.minRevision > loop.lane.revision {
                        hold(id, bytes[(start + 4)..<offset], timeout, waited, revision: question.minRevision)
                    } else {
                        answer(id, question, for: caller.current.standing, at: now)
                        hasNoted = true
                    }
                case .validateBatch(let id, let timeout, let batch):
                    if waited > 0, isOver(timeout, waited) {
                        reply(id, .failure(.deadlineExceeded))
                    } else if !mayValidate(at: now) {
                        reply(id, .failure(caller.refuseValidate(caller.current, at: now)))
                    } else if loop.load.isShedding, !loop.load.takes() {
                        reply(id, .failure(.overloaded))
                        loop.load.noteShed()
                        shedCount += 1
                    } else if batch.minRevision > loop.lane.revision {
                        hold(id, bytes[(start + 4)..<offset], timeout, waited, revision: batch.minRevision)
                    } else {
                        answer(id, batch, for: caller.current.standing, at: now)
                        hasNoted = true
                    }
                case .reportOutcome(let id, let timeout, let batch):
                    if waited > 0, isOver(timeout, waited) {
                        reply(id, .failure(.deadlineExceeded))
                    } else if !mayReport(at: now) {
                        reply(id, .failure(caller.refuseReport(at: now)))
                    } else {
                        note(id, batch, by: caller.current.standing, at: now)
                        hasNoted = true
                    }
                case .begin(let id, let timeout, let call):
                    begin(id, timeoutMilliseconds: timeout, waited: waited, call, at: now)
                case .cancel(let target):
                    streams[target]?.task.cancel()
                case .authorize(let id):
                    if authorization != .inForce { reply(id, .failure(.callerRequired)) }
                case .refuse(let id, let refusal):
                    reply(id, .failure(refusal))
                case .close(let id, let refusal):
                    reply(id, .failure(refusal))
                    isClosing = true
                    return
                case .pause:
                    isPaused = true
                    if pausedSince == nil { pausedSince = service.timeSinceBoot() }
                    return
                case .needBytes:
                    pausedSince = nil
                    return
                }
            }
        }
        bytes.consume(cleansing: offset)
        loop.decoder.cleanse()
        activity.noteRead(at: loop.tick, tookFrame: offset > 0, isPartial: !isPaused && bytes.readableBytes > 0)
        if shedCount > 0 { loop.census.refusals.add(.validates, shedCount) }
        if hasNoted { loop.lane.usage.signal() }
        if strangers > 0 { loop.noteStrangers(from: now, to: service.now()) }
    }

    // MARK: Calls

    /// Whether the connection's caller may validate, as of now. The lane has been entered.
    @inline(__always)
    func mayValidate(at now: Timestamp) -> Bool {
        caller.current.refresh(on: loop.lane, at: now)
        return caller.current.standing.mayValidate
    }

    private func mayReport(at now: Timestamp) -> Bool {
        caller.current.refresh(on: loop.lane, at: now)
        return caller.current.standing.mayReport
    }

    /// Whether a deadline of so many milliseconds, 0 = none, has passed for a frame that waited so long.
    func isOver(_ timeoutMilliseconds: UInt32, _ waitedNanoseconds: Int64) -> Bool {
        timeoutMilliseconds != 0 && waitedNanoseconds / 1_000_000 >= Int64(timeoutMilliseconds)
    }

    private func begin(
        _ id: UInt64, timeoutMilliseconds: UInt32, waited: Int64, _ call: Call, at now: Timestamp
    ) {
        guard let context else { return }
        if isDraining { return finish(id, .failure(.shuttingDown)) }
        if isOver(timeoutMilliseconds, waited) { return finish(id, .failure(.deadlineExceeded)) }
        let left = Int64(timeoutMilliseconds) * 1_000_000 - waited
        let deadline =
            timeoutMilliseconds == 0
            ? nil : TimeSpan(nanoseconds: service.timeSinceBoot().nanoseconds + left)
        let callContext: CallContext
        do throws(Refusal) {
            let arrival = loop.load.isOff ? nil : service.timeSinceBoot()
            callContext = try caller.admit(call, deadline: deadline, arrival: arrival, at: now)
        } catch {
            return finish(id, .failure(error))
        }
        if case .streamUsage(let request) = call {
            return beginStream(id, request, timeout: timeoutMilliseconds == 0 ? nil : .nanoseconds(left), context)
        }
        if !loop.calls.enter(call) {
            loop.census.refusals.add(.calls)
            return finish(id, .failure(.overloaded))
        }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let (service, calls) = (service, loop.calls)
        Task {
            let result: Result<Reply, Refusal>
            do throws(Refusal) {
                result = .success(try await service.perform(call, callContext))
            } catch {
                result = .failure(error)
            }
            calls.leave(call)
            eventLoop.execute { handler.value.finish(id, result) }
        }
    }

    /// The last frame of a call: its answer.
    func finish(_ id: UInt64, _ result: Result<Reply, Refusal>?) {
        machine.end(id)
        if isClosing {
            result?.issuedSecret?.cleanse()
            return
        }
        activity.touch(at: loop.tick)
        reply(id, result)
        resume()
    }

    /// After a call has ended: goes on with what waits, and writes, once for all calls that end in this tick.
    func resume() {
        guard let context else { return }
        if isPaused, !isResting {
            processUnread()
            if !isPaused { releaseRead(context) }
        }
        closeWhenDone()
        if isFlushDue { return }
        isFlushDue = true
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            handler.value.isFlushDue = false
            if let context = handler.value.context { handler.value.flush(context) }
        }
    }

    // MARK: Bytes out

    func reply(_ id: UInt64, _ result: Result<Reply, Refusal>?) {
        let frame = ServerFrame(id: id, end: true, result: result)
        if let secret = result?.issuedSecret, let context {
            write(frame, holding: secret, context)
        } else {
            frame.encode(into: &output)
        }
    }

    /// Writes a new token in a buffer of its own, behind what was to be written before, and overwrites it when the
    /// channel is done with it.
    private func write(_ frame: ServerFrame, holding secret: String, _ context: ChannelHandlerContext) {
        if output.readableBytes > 0 { write(context, nil) }
        var buffer = ByteBuffer()
        frame.encode(into: &buffer)
        secret.cleanse()
        reader.noteWrite(buffer.readableBytes)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [buffer] _ in buffer.cleanseReadableBytes() }
        context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: written)
    }

    func flush(_ context: ChannelHandlerContext) {
        if isClosing {
            leave(context)
        } else if output.readableBytes > 0 {
            write(context, nil)
        }
    }

    func write(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        reader.noteWrite(output.readableBytes)
        context.writeAndFlush(Self.wrapOutboundOut(output), promise: promise)
        if output.capacity > Limits.retainedBufferBytes { output = ByteBuffer() } else { output.clear() }
        if isSlowReader(context) {
            // Who called this may be about to do more with the connection.
            isClosing = true
            loop.census.refusals.add(.slowReader)
            reply(0, .failure(.slowReader))
            let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.execute {
                if let context = handler.value.context { handler.value.flush(context) }
            }
        }
    }

    /// Closes once nothing is in flight, if the peer or the server wants no more.
    private func closeWhenDone() {
        if isDraining || isInputClosed, machine.callsInFlight == 0, !isPaused || isDraining && isResting {
            isClosing = true
        }
    }

    /// Hands the connection over to its end. From here on nothing is read or written here.
    private func leave(_ context: ChannelHandlerContext) {
        if hasLeft { return }
        hasLeft = true
        for stream in streams.values { stream.cancel() }
        streams = [:]
        unread.cleanseReadableBytes()
        unread = ByteBuffer()
        let farewell = Farewell(output, isInputClosed: isInputClosed)
        output = ByteBuffer()
        do {
            try context.pipeline.syncOperations.addHandler(farewell, position: .before(self))
        } catch {
            context.close(promise: nil)
        }
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
        if context.channel.isWritable {
            releaseRead(context)
        } else {
            reader.begin(at: loop.tick, waiting: backlog(context))
        }
        context.fireChannelWritabilityChanged()
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        if isReadHeld {
            isReadHeld = false
            activity.touch(at: loop.tick)
            read(context: context)
        }
    }

    // MARK: Stopping

    /// Takes no more calls, ends the streams, and closes when the calls in flight have been answered.
    func drain(_ word: Refusal = .shuttingDown) {
        if isDraining || isClosing { return }
        isDraining = true
        for stream in streams.values { endStream(stream.key, .failure(word)) }
        held.cancel()
        reply(0, .failure(word))
        closeWhenDone()
        if let context { flush(context) }
    }
}

extension Result<Reply, Refusal> {
    fileprivate var issuedSecret: String? {
        switch self {
        case .success(let reply): reply.issuedSecret
        case .failure: nil
        }
    }
}
