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
    /// What came with one read of the socket, and whether that had been full.
    private var readBytes = 0
    private var wasSocketFull = false
    /// The beginning of a frame, or frames that wait while the machine has paused.
    var unread = ByteBuffer()
    var output = ByteBuffer()
    var context: ChannelHandlerContext?
    var streams: [UInt64: OpenStream] = [:]
    var streamCount: UInt64 = 0
    var held = HeldValidates()
    /// Of its calls, those for a page that is being made or waits for the peer to read it.
    var pages = 0
    var strangersTurn = StrangersTurn()
    var isPaused = false
    /// It is, because too many pages wait.
    var isWaitingForReader = false
    var isResting = false
    /// Since when frames that have come in wait for calls to end.
    var pausedSince: TimeSpan?
    var isReadHeld = false
    var isFlushDue = false
    var isDraining = false
    var isInputClosed = false
    var isClosing = false
    var hasLeft = false

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
        if readBytes == 0 { wasSocketFull = isSocketFull(with: bytes.readableBytes, context) }
        readBytes += bytes.readableBytes
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
        if readBytes >= Limits.fullReadBytes { noteFullRead(of: readBytes, wasSocketFull, context) }
        readBytes = 0
        flush(context)
        context.fireChannelReadComplete()
    }

    func processUnread() {
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
        var strangersSince = caller.current.standing.isNobody ? now : nil
        isPaused = false
        isWaitingForReader = false
        if let context { loop.noteRead(at: now, service, on: context.eventLoop) }
        if strangersSince == nil { loop.noteCallersRead() }
        loop.lane.enter()
        defer { loop.lane.leave() }
        bytes.withUnsafeReadableBytes { bytes in
            while true {
                let start = offset
                if start < bytes.count, isEnough() { return rest() }
                var isTaken = false
                if loop.load.isShedding, shed(bytes, &offset, &isTaken, at: now) {
                    shedCount += 1
                    continue
                }
                let action = machine.next(in: bytes, from: &offset, loop.decoder)
                let authorization = loop.decoder.takeAuthorization().map { caller.authorize($0, at: now) }
                if authorization != nil { noteStrangers(since: &strangersSince) }
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
                case .begin(let id, _, let call)
                where call.isPage && !mayBeginPage && (authorization ?? .inForce) == .inForce:
                    machine.end(id)
                    offset = start
                    isWaitingForReader = true
                    return pause()
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
                    return pause()
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
        if let strangersSince { loop.noteStrangers(from: strangersSince, to: service.now()) }
    }

    /// Takes no more frames until a call has ended, or whatever else it waits for.
    func pause() {
        isPaused = true
        if pausedSince == nil { pausedSince = service.timeSinceBoot() }
    }
}
