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
    private func rests(_ service: KeyService) throws {
        let stranger = try LooseConnection(service)
        let some = Limits.strangersFrames
        try stranger.send(LooseConnection.validates(2 * some + 1))
        #expect(try stranger.reasons().count == some)
        try stranger.send(LooseConnection.validates(1))
        #expect(try stranger.reasons().isEmpty)
        let rest = TimeAmount.milliseconds(Limits.sweepMilliseconds)
        stranger.loop.advanceTime(by: rest)
        #expect(try stranger.reasons().count == some)
        stranger.loop.advanceTime(by: rest)
        #expect(try stranger.reasons() == [.callerRequired, .callerRequired])
        // Nor is he answered more for sending one at a time.
        stranger.loop.advanceTime(by: rest)
        for _ in 0..<2 * some { try stranger.send(LooseConnection.validates(1)) }
        #expect(try stranger.reasons().count == some)
        stranger.loop.advanceTime(by: rest)
        #expect(try stranger.reasons().count == some)
        stranger.loop.advanceTime(by: rest)
        // When the server stops it does not wait for what is left.
        try stranger.send(LooseConnection.validates(2 * some))
        #expect(try stranger.reasons().count == some)
        _ = stranger.context.drain(on: stranger.loop)
        #expect(try stranger.reason() == .shuttingDown)
        let caller = try LooseConnection(service, authority: .administrator)
        try caller.send(LooseConnection.validates(8 * some))
        #expect(try caller.reasons().count == 8 * some)
        for connection in [stranger, caller] { _ = try connection.channel.finish(acceptAlreadyClosed: true) }
    }

    private func together(_ service: KeyService, _ token: String) throws {
        let connection = try LooseConnection(service)
        let much = Limits.strangersMicroseconds * 1_000 + 1
        connection.context.noteStrangers(from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: much))
        try connection.send(LooseConnection.validates(4))
        #expect(try connection.reasons() == [.callerRequired])
        // Each tick has time of its own.
        connection.loop.advanceTime(by: .milliseconds(Limits.sweepMilliseconds))
        #expect(try connection.reasons().count == 3)
        // Who says who he is has his first frame looked at, and from then on all.
        connection.loop.advanceTime(by: .milliseconds(Limits.sweepMilliseconds))
        connection.context.noteStrangers(from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: much))
        try connection.send(LooseConnection.validates(4 * Limits.strangersFrames, as: token))
        #expect(try connection.reasons().count == 4 * Limits.strangersFrames)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13: once all strangers of a loop have had a tenth of its time, one frame of each is answered, and no more")
    func together() async throws {
        try await withServer(clock: ManualClock()) { server in try together(server.service, server.token) }
    }

    private func shares(_ service: KeyService, _ clock: ManualClock, _ token: String) throws {
        let connection = try LooseConnection(service)
        let handler = try connection.channel.pipeline.syncOperations.handler(type: FrameHandler.self)
        var since: Timestamp?
        handler.noteStrangers(since: &since)
        #expect(since == service.now())
        clock.advance(by: .milliseconds(10))
        try connection.send(LooseConnection.validates(1, as: token))
        #expect(!connection.context.hasHadStrangers)
        clock.advance(by: .milliseconds(1))
        handler.noteStrangers(since: &since)
        #expect(since == nil)
        #expect(connection.context.hasHadStrangers)
        // A wrong token makes what comes after it a stranger's.
        try connection.send(LooseConnection.validates(1, as: "wrong"))
        handler.noteStrangers(since: &since)
        #expect(since == service.now())
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13: time is a stranger's only until he has said who he is")
    func mixed() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in try shares(server.service, clock, server.token) }
    }

    /// Ten rounds of 10 ms in which two callers are read: whether shedding begins at a delay of 25 ms.
    private func sheds(_ service: KeyService, _ clock: ManualClock, further: [Int]) throws -> Bool {
        let connection = try LooseConnection(service)
        let context = connection.context
        context.load = LoadController(longest: .milliseconds(25))
        for _ in 0..<20 {
            context.noteRead(at: service.now(), service, on: connection.loop)
            for count in further {
                context.noteCallersRead()
                if count > 0 { context.noteFurtherReads(count) }
            }
            clock.advance(by: .milliseconds(10))
            connection.loop.run()
        }
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
        return context.load.isShedding
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
        // What they take of a tick is looked at too, and must not depend on the machine.
        try await withServer(clock: ManualClock()) { server in try rests(server.service) }
    }

    @Test("R13: what strangers send takes time, and sheds nothing that callers ask")
    func rounds() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in try rounds(server.service, clock) }
    }

    private func most(_ service: KeyService, _ clock: ManualClock) throws {
        #expect(try sheds(service, clock, further: [2, 3]))
        #expect(try !sheds(service, clock, further: [1, 1]))
        #expect(try !sheds(service, clock, further: [1, 9]))
        #expect(try !sheds(service, clock, further: [9, 0]))
        #expect(try sheds(service, clock, further: [9, 0, 9]))
    }

    @Test("R13: what waits in most callers' sockets counts, and what waits in that with the least of those")
    func mostSockets() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in try most(server.service, clock) }
    }
}
