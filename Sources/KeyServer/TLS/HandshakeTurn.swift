// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// Stands before a connection's TLS until its handshake is over, and keeps what comes until it is its turn.
final class HandshakeTurn: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let turns: HandshakeTurns
    private var context: ChannelHandlerContext?
    /// What has come and waits; `nil` = nothing does.
    private var held: ByteBuffer?
    private var isReadHeld = false

    init(_ turns: HandshakeTurns) {
        self.turns = turns
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    /// Its turn finds nothing to do, if it still comes.
    private func leave() {
        context = nil
        held = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        if held != nil {
            // The socket is read to its end when the peer has closed it, whoever asked for that.
            held?.writeBuffer(&bytes)
            if let held, held.readableBytes > Limits.waitingHandshakeBytes { context.close(promise: nil) }
        } else if !turns.take(self, on: context.eventLoop, { context.fireChannelRead(data) }) {
            held = bytes
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if held == nil { context.fireChannelReadComplete() }
    }

    func read(context: ChannelHandlerContext) {
        if held == nil { context.read() } else { isReadHeld = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who sends nothing more ends no handshake, and need not wait for it.
        if held != nil, let event = event as? ChannelEvent, event == .inputClosed { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// It is its turn. The handshake may be over by the end of it, and this gone from the pipeline.
    func goOn() {
        guard let context, let bytes = held else { return }
        held = nil
        let pipeline = context.pipeline
        context.fireChannelRead(Self.wrapInboundOut(bytes))
        pipeline.fireChannelReadComplete()
        if isReadHeld {
            isReadHeld = false
            pipeline.read()
        }
    }
}
