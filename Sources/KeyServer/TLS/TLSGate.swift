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
    private let refusals: RefusalCounts
    private let turn: HandshakeTurn?
    private var admit: Admission?
    private var deadline: Scheduled<Void>?
    private var isCounted = false

    /// - Parameter turn: Goes with it: what comes after the handshake waits for no turn.
    init(patience: TimeSpan, _ refusals: RefusalCounts, _ turn: HandshakeTurn?, _ admit: @escaping Admission) {
        self.patience = patience
        self.refusals = refusals
        self.turn = turn
        self.admit = admit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(patience.nanoseconds)) {
            self.count(.handshake)
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
        guard spoken == TLSRules.applicationProtocol, let admit else {
            count(.tls)
            return context.close(promise: nil)
        }
        self.admit = nil
        do {
            let pipeline = context.pipeline.syncOperations
            let certificate = try pipeline.nioSSL_peerCertificate().map { CertificateNames($0) }
            try pipeline.addHandler(admit(context.channel, certificate), position: .after(self))
            if let turn { pipeline.removeHandler(turn, promise: nil) }
            pipeline.removeHandler(self, promise: nil)
        } catch {
            count(.tls)
            context.close(promise: nil)
        }
    }

    /// Once for a connection: what fails because it is closed is no second refusal.
    private func count(_ kind: RefusalCounts.Kind) {
        if isCounted { return }
        isCounted = true
        refusals.add(kind)
    }

    /// What comes with the last bytes of the handshake, before this is gone, is for who stands behind it by then.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if admit == nil { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A handshake that fails is the peer's affair: it is counted, and not worth a line in the log. Whoever is gone
        // before it is over, as what only looks whether anybody listens, was not refused.
        let isLeft = error as? NIOSSLError == .handshakeFailed(.sslError([.eofDuringHandshake]))
        if context.channel.isActive, !isLeft { count(.tls) }
        context.close(promise: nil)
    }
}
