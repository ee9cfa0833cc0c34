// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyTLS
internal import NIOCore
internal import NIOTLS

/// Waits for the handshake of a connection, and then puts what is to use it in its own place. Until then nothing is sent,
/// so what was to be sent may be sent again.
final class ClientTLSGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let patience: TimeAmount
    private let install: (any Channel) throws -> Void
    private var done: EventLoopPromise<Void>?
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - patience: How long the handshake may take.
    ///   - done: Told how it went.
    ///   - install: Adds the handlers of the connection to its pipeline.
    init(
        patience: TimeAmount, _ done: EventLoopPromise<Void>, _ install: @escaping (any Channel) throws -> Void
    ) {
        self.patience = patience
        self.done = done
        self.install = install
    }

    /// Why a handshake did not come to what it should, when no error says so.
    enum Failure: Error {
        /// The other side closed.
        case closed
        /// It speaks TLS, but not this protocol inside.
        case otherProtocol
        case slow
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: patience) {
            let (gate, context) = bound.value
            gate.fail(context, Failure.slow)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.failure(Failure.closed))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let spoken)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard spoken == TLSRules.applicationProtocol else { return fail(context, Failure.otherProtocol) }
        do {
            try install(context.channel)
            end(.success(()))
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            fail(context, error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(Failure.closed))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, error)
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        end(.failure(error))
        context.close(promise: nil)
    }

    private func end(_ result: Result<Void, any Error>) {
        deadline?.cancel()
        deadline = nil
        done?.completeWith(result)
        done = nil
    }
}
