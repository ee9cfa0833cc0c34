// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyModel
import NIOCore
import NIOEmbedded
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

    private func pace(_ limit: Int, eventLoops: Int) throws -> (EmbeddedChannel, () throws -> Bool) {
        var limits = ConnectionLimits()
        limits.newConnectionsPerSecond = limit
        let gate = AcceptGate(ConnectionCensus(limits), eventLoops: eventLoops)
        let channel = EmbeddedChannel(handler: gate)
        return (
            channel,
            { () throws -> Bool in
                try channel.writeInbound(EmbeddedChannel() as any Channel)
                return gate.isShut
            }
        )
    }

    @Test(
        "R13: of new connections a tenth of what may come in a second is accepted in each tenth of one, for each loop")
    func pace() throws {
        let (channel, accept) = try pace(30, eventLoops: 2)
        for turn in 0..<3 {
            for number in 1...6 {
                let isShut = try accept()
                #expect(isShut == (number == 6), "turn \(turn)")
            }
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(Limits.sweepMilliseconds))
        }
        // Who comes later begins a turn of his own.
        for number in 1...5 {
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(Limits.sweepMilliseconds / 2))
            let isShut = try accept()
            #expect(!isShut, "\(number)")
        }
        _ = try? channel.finish()
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
