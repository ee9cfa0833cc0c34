// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Testing

@testable import KeyServer

@Suite struct SocketBacklogTests {
    @Test("R13: what waits in a socket that is not read from is told, and when it is full")
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
        #expect(try await backlog(channel).bytes == 0)
        try await client.writeAndFlush(ByteBuffer(repeating: 1, count: 20_000))
        while try await backlog(channel).bytes < 20_000 { await Task.yield() }
        let some = try await backlog(channel)
        #expect(!some.wasFull(before: 0))
        // As if the half of what it may hold had been read already.
        #expect(!some.wasFull(before: 40_000))
        #expect(some.wasFull(before: 1 << 20))
        // More than both sockets hold.
        client.writeAndFlush(ByteBuffer(repeating: 1, count: 64 << 20), promise: nil)
        while try await !backlog(channel).wasFull(before: 0) { await Task.yield() }
        try await client.close()
        try await channel.close()
        try await listener.close()
    }

    private func backlog(_ channel: any Channel) async throws -> SocketBacklog {
        try await channel.eventLoop.submit { SocketBacklog(channel) }.get()
    }
}
