// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire
internal import NIOCore

/// What a connection is sent, and how it ends.
extension FrameHandler {
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
    func closeWhenDone() {
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
        // Nothing is on its way to a peer that has gone, so nothing can be lost by closing at once.
        if isInputClosed, output.readableBytes == 0, backlog(context) == 0 { return context.close(promise: nil) }
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
            resumeLater()
        } else {
            reader.begin(at: loop.tick, waiting: backlog(context))
        }
        context.fireChannelWritabilityChanged()
    }

    func releaseRead(_ context: ChannelHandlerContext) {
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
    var issuedSecret: String? {
        switch self {
        case .success(let reply): reply.issuedSecret
        case .failure: nil
        }
    }
}
