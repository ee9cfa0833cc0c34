// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
package import KeyTLS
package import KeyWire
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A connection that sends whatever bytes a test wants, and hands out the frames that come back.
package final class RawConnection: Sendable {
    private let channel: any Channel
    private let iterator: Iterator

    /// Connects to a port of this machine, and speaks for whoever has the token.
    package convenience init(port: Int, token: String = "") async throws {
        try await self.init(token: token) { $0.connect(host: "127.0.0.1", port: port) }
    }

    /// Connects to a Unix socket, likewise.
    package convenience init(path: String, token: String = "") async throws {
        try await self.init(token: token) { $0.connect(unixDomainSocketPath: path) }
    }

    /// Connects to a port of this machine, speaks TLS, and shows what certificate there is.
    package convenience init(port: Int, tls: ClientTLS, token: String = "") async throws {
        try await self.init(token: token, context: tls.load()) { $0.connect(host: "127.0.0.1", port: port) }
    }

    private init(
        token: String, context: NIOSSLContext? = nil, _ connect: (ClientBootstrap) -> EventLoopFuture<any Channel>
    ) async throws {
        let (stream, continuation) = AsyncStream<ServerFrame>.makeStream()
        iterator = Iterator(stream)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        let tls = try NIOSSLClientHandler(context: context, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandler(tls)
                    }
                    try channel.pipeline.syncOperations.addHandler(FrameCollector(continuation))
                }
            }
            .channelOption(.allowRemoteHalfClosure, value: true)
        channel = try await connect(bootstrap).get()
        if token.isEmpty { return }
        try await send(ClientFrame(id: .max, timeoutMilliseconds: 0, content: .nothing, authorization: token))
    }

    package func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    package func send(_ frame: ClientFrame) async throws {
        var buffer = ByteBuffer()
        frame.encode(into: &buffer)
        try await channel.writeAndFlush(buffer).get()
    }

    /// Several frames in one write.
    package func send(_ frames: [ClientFrame]) async throws {
        var buffer = ByteBuffer()
        for frame in frames { frame.encode(into: &buffer) }
        try await channel.writeAndFlush(buffer).get()
    }

    /// The next frame; `nil` when the server has closed the connection.
    package func next() async -> ServerFrame? {
        await iterator.next()
    }

    /// No more reading, so that what the server writes piles up.
    package func stopReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    package func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    /// Says that nothing more will be sent; goes on reading.
    package func finishSending() async throws {
        try await channel.close(mode: .output).get()
    }

    package func close() async {
        try? await channel.close().get()
    }

    private actor Iterator {
        private var base: AsyncStream<ServerFrame>.Iterator

        init(_ stream: AsyncStream<ServerFrame>) {
            base = stream.makeAsyncIterator()
        }

        func next() async -> ServerFrame? {
            var iterator = base
            let frame = await iterator.next(isolation: self)
            base = iterator
            return frame
        }
    }
}

/// Cuts what arrives into frames.
private final class FrameCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var splitter = FrameSplitter(maximumBytes: Limits.serverFrameBytes)
    private let continuation: AsyncStream<ServerFrame>.Continuation

    init(_ continuation: AsyncStream<ServerFrame>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        splitter.append(&bytes)
        do {
            while let message = try splitter.next() { continuation.yield(try ServerFrame.decode(message)) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server has sent its last frame.
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
