// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import NIOCore
import NIOEmbedded
import Testing

@testable import KeyServer

/// How long strangers' handshakes may keep a loop from others.
@Suite struct HandshakeTurnTests {
    /// A loop, its time, and connections whose handshakes take some of it.
    private final class Crowd {
        let loop = EmbeddedEventLoop()
        var now = NIODeadline.uptimeNanoseconds(0)
        private(set) lazy var turns = HandshakeTurns { self.now }
        /// What was done, in order: by which connection, and with what.
        var done: [String] = []

        /// - Parameter cost: What a read of a handshake takes.
        func connect(_ name: String, cost: TimeAmount) throws -> EmbeddedChannel {
            let channel = EmbeddedChannel(loop: loop)
            let turn = HandshakeTurn(turns)
            let work = Work { bytes in
                self.now = self.now + cost
                self.done.append("\(name)\(String(buffer: bytes))")
            }
            try channel.pipeline.syncOperations.addHandlers([turn, work])
            channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 1), promise: nil)
            return channel
        }
    }

    private final class Work: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let body: (ByteBuffer) -> Void
        private(set) var completed = 0

        init(_ body: @escaping (ByteBuffer) -> Void) {
            self.body = body
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { body(Self.unwrapInboundIn(data)) }

        func channelReadComplete(context: ChannelHandlerContext) { completed += 1 }
    }

    private static let length = TimeAmount.microseconds(Limits.handshakeTurnMicroseconds)
    private static let half = TimeAmount.nanoseconds(length.nanoseconds / 2)

    @Test(
        "R13: of a crowd of handshakes so many are done at once as fit in their time; the others wait, in their order")
    func crowd() throws {
        let crowd = Crowd()
        let names = ["a", "b", "c", "d", "e"]
        let channels = try names.map { try crowd.connect($0, cost: Self.half) }
        for channel in channels { try channel.writeInbound(ByteBuffer(string: "1")) }
        #expect(crowd.done == ["a1", "b1"])
        // Who has begun has no right of way.
        try channels[0].writeInbound(ByteBuffer(string: "2"))
        crowd.loop.advanceTime(by: Self.length - .nanoseconds(1))
        #expect(crowd.done == ["a1", "b1"])
        crowd.loop.advanceTime(by: .nanoseconds(1))
        #expect(crowd.done == ["a1", "b1", "c1", "d1"])
        crowd.loop.advanceTime(by: Self.length)
        #expect(crowd.done == ["a1", "b1", "c1", "d1", "e1", "a2"])
        for channel in channels {
            let completed = try channel.pipeline.syncOperations.handler(type: Work.self).completed
            #expect(completed == (channel === channels[0] ? 2 : 1))
            _ = try channel.finish()
        }
    }

    @Test("R13: who is gone, or will send nothing more, is passed over, and takes no time from those behind him")
    func gone() throws {
        let crowd = Crowd()
        let channels = try ["a", "b", "c", "d"].map { try crowd.connect($0, cost: Self.length) }
        for channel in channels { try channel.writeInbound(ByteBuffer(string: "1")) }
        channels[1].close(promise: nil)
        channels[2].pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(channels.map(\.isActive) == [true, false, false, true])
        crowd.loop.advanceTime(by: Self.length)
        #expect(crowd.done == ["a1", "d1"])
        for channel in channels { _ = try channel.finish(acceptAlreadyClosed: true) }
    }

    @Test("R13: what comes while a handshake waits is kept up to a bound, and nothing waits once it is over")
    func bounds() throws {
        let crowd = Crowd()
        let channels = try ["a", "b", "c"].map { try crowd.connect($0, cost: Self.length) }
        for channel in channels { try channel.writeInbound(ByteBuffer(string: "1")) }
        try channels[1].writeInbound(ByteBuffer(string: "2"))
        try channels[2].writeInbound(ByteBuffer(repeating: 0, count: Limits.waitingHandshakeBytes))
        #expect(!channels[2].isActive)
        let turn = try channels[0].pipeline.syncOperations.handler(type: HandshakeTurn.self)
        channels[0].pipeline.syncOperations.removeHandler(turn, promise: nil)
        try channels[0].writeInbound(ByteBuffer(string: "3"))
        #expect(crowd.done == ["a1", "a3"])
        crowd.loop.advanceTime(by: Self.length)
        #expect(crowd.done == ["a1", "a3", "b12"])
        for channel in channels { _ = try channel.finish(acceptAlreadyClosed: true) }
    }
}
