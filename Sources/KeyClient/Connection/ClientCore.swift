// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// The part of a client that lives on its event loop: does what `ClientState` decides.
final class ClientCore {
    typealias Answer = CheckedContinuation<Result<Reply, Refusal>, Never>

    private let eventLoop: any EventLoop
    private let connector: Connector
    private var state: ClientState
    private var answers: [UInt64: Answer] = [:]
    private var handler: FrameHandler<ClientCore>?
    private var channel: (any Channel)?
    /// Whether this connection has been told whom it speaks for.
    private var isAuthorized = false
    /// What this turn of the event loop has encoded; written at its end, in one piece.
    private var outgoing = ByteBuffer()
    /// What was handed to the channel and not taken by the socket yet.
    private var unwrittenBytes = 0
    private var isFlushPlanned = false
    private var wake: (at: NIODeadline, task: Scheduled<Void>)?

    init(address: ServerAddress, configuration: ClientConfiguration, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        connector = Connector(address, configuration, on: eventLoop)
        state = ClientState(
            callsInFlightMax: configuration.callsInFlight, waitsForConnection: configuration.waitsForConnection)
    }

    // MARK: From the caller

    func nextID() -> UInt64 { state.nextID() }

    func submit(_ id: UInt64, _ call: Call, timeout: Duration, answer: Answer) {
        let now = NIODeadline.now()
        do throws(Refusal) {
            try state.submit(id, PendingCall(call: call, begun: now, deadline: now + .init(timeout)), at: now)
            answers[id] = answer
            settle(at: now)
        } catch {
            answer.resume(returning: .failure(error))
        }
    }

    func cancel(_ id: UInt64) {
        guard let pending = state.remove(id) else { return }
        if pending.isInFlight { sendCancel(id) }
        resume(id, .failure(.cancelled(pending)))
        settle(at: .now())
    }

    /// Ends every call and the connection, for good.
    func close() -> EventLoopFuture<Void>? {
        fail(state.close())
        let closing = channel
        drop()
        wake?.task.cancel()
        wake = nil
        return closing?.closeFuture
    }

    // MARK: Deciding what is next

    /// Brings what is done in line with the state, after anything has changed it.
    private func settle(at now: NIODeadline) {
        if state.isDrained { lose(.connectionLost(connector.address), at: now) }
        send(at: now)
        if let time = state.connectTime, time <= now { connect() }
        guard let time = state.wakeTime, time < wake?.at ?? .distantFuture else { return }
        wake?.task.cancel()
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: time) { self.timePassed() }
        wake = (time, task)
    }

    private func timePassed() {
        wake = nil
        let now = NIODeadline.now()
        let (failures, cancel) = state.timePassed(now: now)
        fail(failures)
        for id in cancel { sendCancel(id) }
        // Only when a call was owed an answer: a long one may keep a good server silent.
        if !failures.isEmpty, state.isSilent(at: now) { lose(.silent(connector.address), at: now) }
        settle(at: now)
    }

    // MARK: The connection

    private func connect() {
        state.connecting()
        let handler = FrameHandler(self)
        self.handler = handler
        connector.connect(handler).assumeIsolated().whenComplete { result in
            let now = NIODeadline.now()
            // Closed, or lost already, while it was on its way.
            guard self.handler === handler else {
                if case .success(let channel) = result { channel.close(promise: nil) }
                return
            }
            switch result {
            case .success(let channel):
                self.channel = channel
                self.isAuthorized = false
                self.state.connected()
            case .failure(let error):
                self.handler = nil
                handler.detach()
                self.fail(self.state.connectFailed(Refusal(connecting: error), at: now))
            }
            self.settle(at: now)
        }
    }

    private func lose(_ cause: Refusal, at now: NIODeadline) {
        drop()
        fail(state.lost(cause, at: now))
    }

    private func drop() {
        handler?.detach()
        handler = nil
        channel?.close(promise: nil)
        channel = nil
        // What was not handed to the channel holds tokens, too.
        outgoing.cleanseReadableBytes()
        outgoing.clear()
        unwrittenBytes = 0
    }

    // MARK: Sending

    private func send(at now: NIODeadline) {
        while unwrittenBytes + outgoing.readableBytes < Limits.clientUnwrittenBytes,
            let (id, call, timeout) = state.nextToSend(at: now)
        {
            let start = outgoing.writerIndex
            let token = isAuthorized ? "" : connector.token
            ClientFrame(id: id, timeoutMilliseconds: timeout, content: .call(call), authorization: token)
                .encode(into: &outgoing)
            let bytes = outgoing.writerIndex - start - 4
            if bytes > Limits.clientFrameBytes {
                outgoing.moveWriterIndex(to: start)
                _ = state.remove(id)
                resume(id, .failure(.tooLarge(call, bytes: bytes)))
            } else {
                isAuthorized = true
            }
        }
        planFlush()
    }

    private func sendCancel(_ id: UInt64) {
        guard channel != nil else { return }
        ClientFrame(id: state.nextID(), timeoutMilliseconds: 0, content: .cancel(target: id)).encode(into: &outgoing)
        planFlush()
    }

    /// All that is sent in one turn of the event loop goes out together.
    private func planFlush() {
        guard !isFlushPlanned, outgoing.readableBytes > 0 else { return }
        isFlushPlanned = true
        eventLoop.assumeIsolated().execute {
            self.isFlushPlanned = false
            self.flush()
        }
    }

    private func flush() {
        guard let channel, outgoing.readableBytes > 0 else { return }
        let bytes = outgoing.readableBytes
        let out = outgoing
        outgoing = channel.allocator.buffer(capacity: bytes)
        unwrittenBytes += bytes
        let written = channel.writeAndFlush(out).assumeIsolated()
        // It holds tokens: the caller's, and those that are asked about.
        written.whenComplete { _ in out.cleanseReadableBytes() }
        written.whenSuccess {
            guard self.channel === channel else { return }
            self.unwrittenBytes -= bytes
            self.settle(at: .now())
        }
    }

    // MARK: Answering

    private func resume(_ id: UInt64, _ result: Result<Reply, Refusal>) {
        answers.removeValue(forKey: id)?.resume(returning: result)
    }

    private func fail(_ failures: [ClientState.Failure]) {
        for failure in failures { resume(failure.id, .failure(failure.refusal)) }
    }
}

extension ClientCore: FrameReceiver {
    func received(_ frame: ServerFrame) {
        let now = NIODeadline.now()
        if frame.id == 0 {
            if case .failure(let refusal) = frame.result { state.farewell(refusal) }
            return
        }
        guard state.wasIssued(frame.id), frame.end, let result = frame.result else {
            return lose(.violation("the server answered what it was not asked"), at: now)
        }
        // One that was given up has no place any more; its answer comes for nothing.
        if state.answered(frame.id, at: now) != nil { resume(frame.id, result) }
    }

    func readEnded() {
        settle(at: .now())
    }

    func connectionEnded(_ cause: Refusal?) {
        let now = NIODeadline.now()
        lose(.connectionLost(connector.address, cause), at: now)
        settle(at: now)
    }
}
