// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTLS
import KeyWire
import NIOCore
import NIOPosix
import NIOSSL

/// A connection to a port with TLS that says nothing at first.
struct LateHandshake {
    private let channel: any Channel

    init(port: Int) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Shakes hands now, and asks something: whether anything is said to it before the connection ends.
    func isAnswered(_ tls: ClientTLS) async throws -> Bool {
        let context = try tls.load()
        let answered = channel.eventLoop.makePromise(of: Bool.self)
        let channel = channel
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
            try pipeline.addHandler(FirstWord(answered))
        }.get()
        var bytes = ByteBuffer()
        ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.health)).encode(into: &bytes)
        channel.writeAndFlush(bytes, promise: nil)
        let isAnswered = try await answered.futureResult.get()
        try? await channel.close().get()
        return isAnswered
    }
}

/// Tells whether anything comes before the end.
private final class FirstWord: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Bool>

    init(_ promise: EventLoopPromise<Bool>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        promise.succeed(true)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(false)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
