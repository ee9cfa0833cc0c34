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

/// A connection on a loop that has too much to do, because the test says so.
@Suite struct SheddingTests {
    private func overloaded(_ service: KeyService, _ authority: Authority?) throws -> LooseConnection {
        let connection = try LooseConnection(service, authority: authority)
        let load = LoadController(longest: .milliseconds(5))
        connection.context.load = load
        for round in 0..<11 {
            connection.context.load.endRound(from: Int64(round) * 10_000_000, to: Int64(round + 1) * 10_000_000)
        }
        #expect(connection.context.load.isShedding)
        return connection
    }

    private func shares(_ service: KeyService, _ token: String) throws {
        let some = try overloaded(service, .administrator)
        try some.send(LooseConnection.validates(64))
        let told = try some.reasons()
        // One round is too few to change the share that it begins with.
        #expect(told.count == 64)
        #expect(told.filter { $0 == .overloaded }.count == 32)
        #expect(told.filter { $0 == nil }.count == 32)
        #expect(some.census.refusals[.validates] == 32)

        // An authorization counts, whatever becomes of the call; and it opens no way around.
        let other = try overloaded(service, nil)
        try other.send(LooseConnection.validates(64, as: token))
        #expect(try other.reasons().filter { $0 == .overloaded }.count == 32)

        // Nor do a frame's fields in another order: here the id comes last.
        let odd = try overloaded(service, .administrator)
        let frame: [UInt8] = [0, 0, 0, 8, 0x92, 1, 3, 0x0A, 1, 0x78, 0x08, 7]
        for _ in 0..<64 { try odd.send(frame) }
        #expect(try odd.reasons().filter { $0 == .overloaded }.count == 32)

        let stranger = try overloaded(service, nil)
        try stranger.send(LooseConnection.validates(Limits.strangersFrames))
        #expect(try stranger.reasons() == Array(repeating: .overloaded, count: Limits.strangersFrames))
        for connection in [some, other, odd, stranger] { _ = try connection.channel.finish(acceptAlreadyClosed: true) }
    }

    @Test("R13: under overload every Validate is answered; half of them without a look, and all of a stranger's")
    func shedding() async throws {
        try await withServer { server in try shares(server.service, server.token) }
    }
}
