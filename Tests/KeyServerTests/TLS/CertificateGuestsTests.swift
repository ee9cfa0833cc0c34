// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTLS
import KeyTesting
import KeyWire
import NIOCore
import NIOEmbedded
import Testing

@testable import KeyServer

@Suite struct CertificateGuestsTests {
    /// What was written, frame by frame.
    private func frames(_ connection: LooseConnection) throws -> [ServerFrame] {
        var splitter = FrameSplitter(maximumBytes: Limits.serverFrameBytes)
        while var bytes = try connection.channel.readOutbound(as: ByteBuffer.self) { splitter.append(&bytes) }
        var frames: [ServerFrame] = []
        while let message = try splitter.next() { frames.append(try ServerFrame.decode(message)) }
        return frames
    }

    private func ends(_ service: KeyService) throws {
        let connection = try LooseConnection(service)
        let handler = try connection.channel.pipeline.syncOperations.handler(type: FrameHandler.self)
        let now = service.now()
        let end = Timestamp(nanoseconds: now.nanoseconds + 500_000_000)
        connection.context.guests.add(
            .init(handler, CertificateNames([], end: end), caller: nil, trust: 0), on: connection.channel, at: now)
        connection.loop.advanceTime(by: .nanoseconds(499_999_999))
        #expect(try frames(connection).isEmpty)
        connection.loop.advanceTime(by: .nanoseconds(1))
        let words = try frames(connection)
        #expect(words.map(\.id) == [0])
        guard case .failure(let refusal)? = words.first?.result else {
            Issue.record("\(words)")
            return
        }
        #expect(refusal.reason == .shuttingDown)
        connection.loop.advanceTime(by: .milliseconds(Limits.closingLingerMilliseconds))
        #expect(!connection.channel.isActive)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13: when a certificate ends the connection that came with it is told so, and ends")
    func ends() async throws {
        try await withServer { server in try ends(server.service) }
    }
}
