// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import KeyServer

@Suite struct DeadlineTests {
    /// A frame without a call: answered with a Status.
    private static let frame: [UInt8] = [0, 0, 0, 2, 0x08, 7]

    private func first(_ service: KeyService) throws {
        let connection = try LooseConnection(service)
        connection.loop.advanceTime(by: .milliseconds(900))
        #expect(try connection.reason() == nil)
        connection.loop.advanceTime(by: .seconds(2))
        #expect(try connection.reason() == .firstFrameTimeout)
        #expect(connection.census.refusals[.firstFrame] == 1)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    private func frame(_ service: KeyService) throws {
        let connection = try LooseConnection(service)
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

    private func stranger(_ service: KeyService) throws {
        let connection = try LooseConnection(service)
        for _ in 0..<5 {
            try connection.send(Self.frame)
            #expect(try connection.reason() == .callMissing)
            connection.loop.advanceTime(by: .milliseconds(900))
            #expect(try connection.reason() == nil)
        }
        connection.loop.advanceTime(by: .milliseconds(1_300))
        #expect(try connection.reason() == .idleTimeout)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13: who speaks for nobody may be idle only for as long as until his first frame")
    func nobody() async throws {
        try await withServer { server in try stranger(server.service) }
    }

    private func idle(_ service: KeyService) throws {
        let connection = try LooseConnection(service, authority: .administrator)
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

    private func unread(_ service: KeyService) throws {
        let connection = try LooseConnection(service, authority: .administrator)
        try connection.send(Self.frame)
        #expect(try connection.reason() == .callMissing)
        // Whether there is room again in time
        connection.setWritable(false)
        connection.loop.advanceTime(by: .milliseconds(1_900))
        connection.setWritable(true)
        connection.loop.advanceTime(by: .milliseconds(200))
        try connection.send(Self.frame)
        #expect(try connection.reason() == .callMissing)
        // or not.
        connection.setWritable(false)
        connection.loop.advanceTime(by: .milliseconds(1_900))
        #expect(try connection.reason() == nil)
        connection.loop.advanceTime(by: .milliseconds(1_400))
        #expect(try connection.reason() == .slowReader)
        #expect(connection.census.refusals[.slowReader] == 1)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("R13: who does not read what he asked for is cut off in time, however little it is")
    func reader() async throws {
        try await withServer { server in try unread(server.service) }
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
