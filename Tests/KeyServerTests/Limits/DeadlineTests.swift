// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import KeyWire
import NIOCore
import NIOEmbedded
import Testing

@testable import KeyServer

/// A connection without a socket, on a loop whose time the test moves.
@Suite struct DeadlineTests {
    private struct Connection {
        let loop = EmbeddedEventLoop()
        let census: ConnectionCensus
        let channel: EmbeddedChannel

        init(_ service: KeyService) throws {
            var limits = ConnectionLimits.patient
            limits.firstFrame = .seconds(1)
            limits.frame = .seconds(2)
            limits.idle = .seconds(3)
            census = ConnectionCensus(limits)
            let context = LoopContext(
                lane: service.makeLane(0), census: census, calls: CallCensus(most: limits.calls))
            let peer = CallerPeer(name: "anonymous", peer: "192.0.2.1:1", clientIP: "192.0.2.1", authority: nil)
            channel = EmbeddedChannel(handler: FrameHandler(service: service, loop: context, peer: peer), loop: loop)
            channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 1), promise: nil)
        }

        func send(_ bytes: [UInt8]) throws { try channel.writeInbound(ByteBuffer(bytes: bytes)) }

        /// The reason of the last Status that came, if any did.
        func reason() throws -> Reason? {
            var bytes = ByteBuffer()
            while var more = try channel.readOutbound(as: ByteBuffer.self) { bytes.writeBuffer(&more) }
            var reason: Reason?
            var splitter = FrameSplitter(maximumBytes: Limits.serverFrameBytes)
            splitter.append(&bytes)
            while let message = try splitter.next() {
                if case .failure(let refusal) = try ServerFrame.decode(message).result { reason = refusal.reason }
            }
            return reason
        }
    }

    /// A frame without a call: answered with a Status.
    private static let frame: [UInt8] = [0, 0, 0, 2, 0x08, 7]

    private func first(_ service: KeyService) throws {
        let connection = try Connection(service)
        connection.loop.advanceTime(by: .milliseconds(900))
        #expect(try connection.reason() == nil)
        connection.loop.advanceTime(by: .seconds(2))
        #expect(try connection.reason() == .firstFrameTimeout)
        #expect(connection.census.refusals[.firstFrame] == 1)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    private func frame(_ service: KeyService) throws {
        let connection = try Connection(service)
        try connection.send(Self.frame)
        #expect(try connection.reason() == .callMissing)
        // A byte a second, of a frame that says it has many.
        for byte: UInt8 in [0, 0, 1] {
            try connection.send([byte])
            connection.loop.advanceTime(by: .milliseconds(600))
            #expect(try connection.reason() == nil)
        }
        try connection.send([0])
        connection.loop.advanceTime(by: .seconds(2))
        #expect(try connection.reason() == .frameTimeout)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    private func idle(_ service: KeyService) throws {
        let connection = try Connection(service)
        for _ in 0..<5 {
            try connection.send(Self.frame)
            #expect(try connection.reason() == .callMissing)
            connection.loop.advanceTime(by: .milliseconds(2_900))
            #expect(try connection.reason() == nil)
        }
        connection.loop.advanceTime(by: .milliseconds(1_200))
        #expect(try connection.reason() == .idleTimeout)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13, R14: who sends no frame, half a frame or nothing more is told so in time, and closed")
    func deadlines() async throws {
        try await withServer { server in
            try first(server.service)
            try frame(server.service)
            try idle(server.service)
        }
    }
}
