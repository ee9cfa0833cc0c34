// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyServer
import KeyTLS
import KeyTesting
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@Suite("R13: who comes through a handshake") struct TLSGateTests {
    @Test("a handshake that does not end within the limit that the server was given ends, and is counted")
    func slow() async throws {
        let fixture = try TLSFixture()
        var limits = ConnectionLimits.patient
        limits.handshake = .milliseconds(200)
        try await withServer(limits: limits, tls: try fixture.door()) { server in
            // Says nothing, or a beginning and no more.
            for beginning in [[], [0x16, 0x03, 0x01]] as [[UInt8]] {
                let silent = try await RawConnection(port: server.port)
                if !beginning.isEmpty { try? await silent.send(beginning) }
                #expect(await silent.next() == nil)
            }
            #expect(server.server.refusals[.handshake] == 2)
            #expect(server.server.refusals[.tls] == 0)
        }
    }

    @Test("who speaks no TLS, or another protocol inside it, is closed and counted; who only looks in is not counted")
    func strangers() async throws {
        let fixture = try TLSFixture()
        try await withServer(tls: try fixture.door()) { server in
            let passer = try await RawConnection(port: server.port)
            await passer.close()
            let plain = try await RawConnection(port: server.port)
            try? await plain.send([0, 0, 0, 2, 0x08, 7])
            #expect(await plain.next() == nil)
            for protocols in [[], ["h2"]] {
                try await Self.shakeHands(server.port, protocols)
            }
            let refusals = server.server.refusals
            #expect(refusals[.tls] == 3)
            #expect(refusals[.handshake] == 0)
            let mine = try await RawConnection(port: server.port, tls: fixture.raw(), token: server.token)
            await mine.close()
            #expect(refusals[.tls] == 3)
        }
    }

    /// Returns when the server has closed the connection of a client that offers these protocols.
    private static func shakeHands(_ port: Int, _ protocols: [String]) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = protocols
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
    }
}
