// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CHeap
internal import KeyModel
internal import KeyService
internal import KeyTLS
internal import NIOCore
internal import NIOSSL

/// How connections come to speak TLS, and stay who their certificates say they are.
extension FrameServer {
    /// Puts TLS into a new connection's pipeline, and behind it the gate to its calls.
    func secure(_ channel: any Channel, _ tls: TLSDoor) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let loaded = tls.loaded
            let turn = context(of: channel).map { HandshakeTurn($0.handshakes) }
            let gate = TLSGate(patience: census.limits.handshake, census.refusals, turn) { channel, certificate in
                try self.admit(channel, certificate, trust: loaded.trust)
            }
            // What is decrypted holds tokens, and the library gives its buffers back as they are.
            cleanse_freed_memory()
            let pipeline = channel.pipeline.syncOperations
            if let turn { try pipeline.addHandler(turn) }
            try pipeline.addHandler(NIOSSLServerHandler(context: loaded.context))
            try pipeline.addHandler(gate)
        }
    }

    /// The handler of a connection whose handshake is over.
    ///
    /// - Parameter trust: In whom, when it was accepted.
    private func admit(
        _ channel: any Channel, _ certificate: CertificateNames?, trust: UInt64
    ) throws -> FrameHandler {
        // Whose authority was dropped meanwhile has not been vouched for.
        guard let loop = context(of: channel), !loop.isDraining, let loaded = tls?.loaded, loaded.trust == trust
        else { throw ChannelError.ioOnClosedChannel }
        let now = service.now()
        // A session that is resumed shows the certificate that it began with, and nobody has looked at it again.
        if let certificate, certificate.end <= now { throw ChannelError.ioOnClosedChannel }
        let caller = certificate.flatMap { loaded.callers.caller($0) }
        let peer = CallerPeer.ofTCP(
            channel, callers,
            certificate: certificate.flatMap { shown in caller.map { CallerCertificate(keyID: $0, end: shown.end) } })
        let handler = FrameHandler(service: service, loop: loop, peer: peer)
        loop.lane.enter()
        handler.caller.noteCertificate(at: now)
        loop.lane.leave()
        if let certificate {
            let guest = CertificateGuests.Guest(handler, certificate, caller: caller, trust: trust)
            loop.guests.add(guest, on: channel, at: now)
        }
        return handler
    }

    /// Looks whether the files of certificates, keys and callers have changed, and reads them if they have. Whoever is
    /// connected stays so, with the certificate that he was shown; but not who is another caller by now, and nobody whom
    /// an authority may have vouched for that is trusted no longer.
    package func lookAtCertificates() -> TLSDoor.Look {
        guard let tls else { return .same }
        let look = tls.look()
        if case .loaded(let loaded) = look {
            for (eventLoop, context) in loops {
                eventLoop.execute { context.value.guests.review(loaded) }
            }
        }
        return look
    }
}
