// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// Makes connections. What goes wrong comes as a `Refusal` with UNAVAILABLE, CONNECTION_REFUSED.
struct Connector {
    let address: ServerAddress
    let eventLoop: any EventLoop
    let timeout: Duration
    /// What the first frame on each connection carries; empty = nothing.
    let token: String
    private let tls: ClientTLSSource

    init(_ address: ServerAddress, _ configuration: ClientConfiguration, on eventLoop: any EventLoop) {
        self.address = address
        self.eventLoop = eventLoop
        timeout = configuration.connectTimeout
        token = configuration.token ?? ""
        tls = ClientTLSSource(configuration.tls)
    }

    /// Connects, with `handler` in the pipeline. On the event loop only.
    func connect<Receiver: FrameReceiver>(_ handler: FrameHandler<Receiver>) -> EventLoopFuture<any Channel> {
        let handler = NIOLoopBound(handler, eventLoop: eventLoop)
        let address = address
        let connected = Dial.connect(to: address, on: eventLoop, timeout: .init(timeout), tls: tls) { channel in
            try channel.pipeline.syncOperations.addHandler(handler.value)
        }
        return connected.flatMapErrorThrowing { error in
            throw Refusal(
                .unavailable, .connectionRefused, "cannot connect to \(address): \(ConnectFailure.words(for: error))")
        }
    }
}

/// The same, where an error can only be what `Connector` throws.
extension Refusal {
    init(connecting error: any Error) {
        self =
            error as? Refusal
            ?? Refusal(.unavailable, .connectionRefused, "cannot connect: \(ConnectFailure.words(for: error))")
    }
}
