// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Testing

@testable import KeyServer

@Suite struct SocketBacklogTests {
    @Test("R13: what waits in a socket that is not read from is told, and nothing of an empty one")
    func waiting() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let accepted = group.any().makePromise(of: (any Channel).self)
        let listener = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                accepted.succeed(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try await ClientBootstrap(group: group)
            .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
        let channel = try await accepted.futureResult.get()
        #expect(try await backlog(channel) == 0)
        try await client.writeAndFlush(ByteBuffer(repeating: 1, count: 20_000))
        while try await backlog(channel) < 20_000 { await Task.yield() }
        try await client.close()
        try await channel.close()
        try await listener.close()
    }

    private func backlog(_ channel: any Channel) async throws -> Int {
        try await channel.eventLoop.submit { SocketBacklog.bytes(channel) }.get()
    }
}
