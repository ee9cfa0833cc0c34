// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// The end of a connection that the server closes: writes the last bytes, then says that nothing follows, then reads
/// and throws away what the peer still sends until it closes too, or its time is up.
///
/// A socket that is closed with bytes unread sends a reset, and a reset destroys what the peer has not read yet: the
/// Status that says why.
final class Farewell: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let last: ByteBuffer
    /// The peer has said that it sends nothing more.
    private var isInputClosed: Bool
    private var isOutputClosed = false

    init(_ last: ByteBuffer, isInputClosed: Bool = false) {
        self.last = last
        self.isInputClosed = isInputClosed
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
    }

    private func begin(_ context: ChannelHandlerContext) {
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: .milliseconds(Limits.closingLingerMilliseconds)) {
            channel.close(promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (farewell, context) = bound.value
            farewell.isOutputClosed = true
            context.close(mode: farewell.isInputClosed ? .all : .output, promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(last), promise: written)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        Self.unwrapInboundIn(data).cleanseReadableBytes()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        isInputClosed = true
        if isOutputClosed { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
