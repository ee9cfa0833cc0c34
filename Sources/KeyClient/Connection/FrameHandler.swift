// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// Takes what a connection receives. Called on the connection's event loop only.
protocol FrameReceiver: AnyObject, SendableMetatype {
    func received(_ frame: ServerFrame)
    /// Everything that came with one read has been given to `received`.
    func readEnded()
    /// The connection is gone; the last call. `nil` = the other side closed it, without more.
    func connectionEnded(_ cause: Refusal?)
}

/// Turns bytes into frames, and holds back reading while its receiver has enough.
final class FrameHandler<Receiver: FrameReceiver>: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// `nil` once it is over, so that nothing is told twice.
    private var receiver: Receiver?
    private var splitter = FrameSplitter(maximumBytes: Limits.serverFrameBytes)
    private var context: ChannelHandlerContext?
    private var isPaused = false
    private var heldRead = false

    init(_ receiver: Receiver) {
        self.receiver = receiver
    }

    /// Stops telling the receiver anything.
    func detach() {
        receiver = nil
    }

    func pause() {
        isPaused = true
    }

    func resume() {
        isPaused = false
        guard heldRead else { return }
        heldRead = false
        context?.read()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if isPaused {
            heldRead = true
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        splitter.append(&bytes)
        do throws(WireError) {
            while receiver != nil, let message = try splitter.next() {
                // It may have brought a new token.
                defer { message.cleanseReadableBytes() }
                receiver?.received(try ServerFrame.decode(message))
            }
        } catch {
            end(.violation("what answers there does not speak Latchkey's protocol, or another version of it"))
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        receiver?.readEnded()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(Refusal(.unavailable, .connectionLost, ConnectFailure.words(for: error)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(nil)
        context.fireChannelInactive()
    }

    private func end(_ cause: Refusal?) {
        let last = receiver
        receiver = nil
        last?.connectionEnded(cause)
    }
}
