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

/// What those may take of a loop who speak for nobody.
@Suite struct StrangerTests {
    private func validates(_ count: Int) -> [UInt8] {
        var bytes = ByteBuffer()
        for id in 1...count {
            ClientFrame(
                id: UInt64(id), timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: "x")))
            ).encode(into: &bytes)
        }
        return Array(bytes.readableBytesView)
    }

    private func rests(_ service: KeyService) throws {
        let stranger = try LooseConnection(service)
        let some = Limits.strangersFrames
        try stranger.send(validates(2 * some + 1))
        #expect(try stranger.reasons().count == some)
        try stranger.send(validates(1))
        #expect(try stranger.reasons().isEmpty)
        let rest = TimeAmount.milliseconds(Limits.strangersRestMilliseconds)
        stranger.loop.advanceTime(by: rest)
        #expect(try stranger.reasons().count == some)
        stranger.loop.advanceTime(by: rest)
        #expect(try stranger.reasons() == [.callerRequired, .callerRequired])
        // When the server stops it does not wait for what is left.
        try stranger.send(validates(2 * some))
        #expect(try stranger.reasons().count == some)
        _ = stranger.context.drain(on: stranger.loop)
        #expect(try stranger.reason() == .shuttingDown)
        let caller = try LooseConnection(service, authority: .administrator)
        try caller.send(validates(8 * some))
        #expect(try caller.reasons().count == 8 * some)
        for connection in [stranger, caller] { _ = try connection.channel.finish(acceptAlreadyClosed: true) }
    }

    private func rounds(_ service: KeyService, _ clock: ManualClock) throws {
        for strangers in [true, false] {
            let connection = try LooseConnection(service)
            let context = connection.context
            context.load = LoadController(longest: .milliseconds(5))
            for _ in 0..<20 {
                let start = service.now()
                context.noteRead(at: start, service, on: connection.loop)
                clock.advance(by: .milliseconds(10))
                if strangers { context.noteStrangers(from: start, to: service.now()) }
                connection.loop.run()
            }
            #expect(context.load.isShedding == !strangers)
            _ = try connection.channel.finish(acceptAlreadyClosed: true)
        }
    }

    @Test("R13: a stranger is answered so many frames at once and no more; a caller as many as he sends")
    func rests() async throws {
        try await withServer { server in try rests(server.service) }
    }

    @Test("R13: what strangers send takes time, and sheds nothing that callers ask")
    func rounds() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in try rounds(server.service, clock) }
    }
}
