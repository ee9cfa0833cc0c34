// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyModel
import NIOCore
import NIOPosix
import Testing

@testable import KeyServer

@Suite struct AcceptGateTests {
    private func listen(retry: TimeAmount) async throws -> (any Channel, ConnectionCensus) {
        let census = ConnectionCensus(ConnectionLimits())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(census, retry: retry))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return (channel, census)
    }

    private func fail(_ channel: any Channel, _ code: CInt) async throws -> Bool {
        try await channel.eventLoop.submit {
            channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        }.get()
        return try await channel.getOption(.autoRead).get()
    }

    @Test("R13: without descriptors or memory the socket that listens is not asked about; other errors are nothing")
    func shuts() async throws {
        for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM] {
            let (channel, census) = try await listen(retry: .hours(1))
            #expect(try await fail(channel, ECONNABORTED))
            #expect(try await !fail(channel, code))
            #expect(census.refusals[.acceptFailures] == 1)
            try await channel.close()
        }
    }

    @Test("R13: after a while it accepts again, who came meanwhile too")
    func opens() async throws {
        let (channel, _) = try await listen(retry: .milliseconds(20))
        _ = try await fail(channel, EMFILE)
        let port = channel.localAddress?.port ?? 0
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        while try await !channel.getOption(.autoRead).get() { await Task.yield() }
        try await client.close()
        try await channel.close()
    }
}
