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
        #expect(try await !backlog(channel).wasFull(before: 0))
        // More than both sockets hold.
        client.writeAndFlush(ByteBuffer(repeating: 1, count: 64 << 20), promise: nil)
        while try await !backlog(channel).wasFull(before: 0) { await Task.yield() }
        try await client.close()
        try await channel.close()
        try await listener.close()
    }

    @Test("R13: a socket is full when three quarters of what it may hold are there, or were before the read")
    func full() {
        let backlog = SocketBacklog(bytes: 30_000, room: 100_000)
        #expect(!backlog.wasFull(before: 0))
        #expect(!backlog.wasFull(before: 44_999))
        #expect(backlog.wasFull(before: 45_000))
        #expect(!SocketBacklog(bytes: 30_000).wasFull(before: 1 << 30))
    }

    private func backlog(_ channel: any Channel) async throws -> SocketBacklog {
        try await channel.eventLoop.submit { SocketBacklog(channel) }.get()
    }
}
