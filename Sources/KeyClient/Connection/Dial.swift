// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes a connection to a server, whatever kind its address is.
package enum Dial {
    /// - Parameters:
    ///   - timeout: How long it may take to reach the server, and then how long the handshake of TLS.
    ///   - tls: For `tls://` addresses.
    ///   - install: Adds the connection's handlers to its pipeline, behind those of TLS and after their handshake. Called
    ///     on the event loop.
    package static func connect(
        to address: ServerAddress, on eventLoop: any EventLoop, timeout: TimeAmount, tls: ClientTLSSource,
        _ install: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        switch address {
        case .unix(let path):
            return bootstrap(eventLoop, timeout).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try install(channel) }
            }.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port):
            return overTCP(eventLoop, timeout).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try install(channel) }
            }.connect(host: host, port: port)
        case .tls(let host, let port):
            return tls.context(on: eventLoop).flatMap { context in
                let done = eventLoop.makePromise(of: Void.self)
                let connected = overTCP(eventLoop, timeout).channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name(of: host)))
                        try pipeline.addHandler(ClientTLSGate(patience: timeout, done, install))
                    }
                }.connect(host: host, port: port)
                // Where no connection came about, no gate tells it.
                connected.whenFailure { done.fail($0) }
                return connected.flatMap { channel in done.futureResult.map { channel } }
            }
        }
    }

    private static func bootstrap(_ eventLoop: any EventLoop, _ timeout: TimeAmount) -> ClientBootstrap {
        ClientBootstrap(group: eventLoop).connectTimeout(timeout)
    }

    private static func overTCP(_ eventLoop: any EventLoop, _ timeout: TimeAmount) -> ClientBootstrap {
        bootstrap(eventLoop, timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
    }

    /// What the server's certificate has to be for: a name, or with `nil` the address that is connected to.
    private static func name(of host: String) -> String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}
