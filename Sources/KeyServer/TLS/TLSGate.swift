// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyTLS
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Stands between a connection's TLS and its calls until the handshake is over: then it lets in who speaks this protocol,
/// and goes. Nobody else gets further, and nobody gets longer than a handshake may take.
final class TLSGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Makes what is to stand in its place, for a client that has shown this certificate.
    typealias Admission = (any Channel, CertificateNames?) throws -> any ChannelHandler

    private let patience: TimeSpan
    private var admit: Admission?
    private var deadline: Scheduled<Void>?

    init(patience: TimeSpan, _ admit: @escaping Admission) {
        self.patience = patience
        self.admit = admit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .nanoseconds(patience.nanoseconds)) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        admit = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let spoken)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        deadline?.cancel()
        // The library answers a client that offers another protocol, or none, as if that were all right.
        guard spoken == TLSRules.applicationProtocol, let admit else { return context.close(promise: nil) }
        self.admit = nil
        do {
            let pipeline = context.pipeline.syncOperations
            let certificate = try pipeline.nioSSL_peerCertificate().map { CertificateNames($0) }
            try pipeline.addHandler(admit(context.channel, certificate), position: .after(self))
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    /// What comes with the last bytes of the handshake, before this is gone, is for who stands behind it by then.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if admit == nil { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A handshake that fails is the peer's affair; nothing of it is worth a line in the log.
        context.close(promise: nil)
    }
}
