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

/// What a connection keeps of frames that come in pieces, looked for where it lay.
@Suite struct UnreadTests {
    private static let token = String(repeating: "s", count: 100)

    private func frame(_ id: UInt64) -> [UInt8] {
        var bytes = ByteBuffer()
        ClientFrame(
            id: id, timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: Self.token)))
        ).encode(into: &bytes)
        return Array(bytes.readableBytesView)
    }

    /// The longest piece of a token in all of a buffer's memory, whoever else has it; 0 for what may be none.
    private func left(_ buffer: ByteBuffer) -> Int {
        var (most, run) = (0, 0)
        buffer.withVeryUnsafeBytes { bytes in
            for byte in bytes {
                run = byte == UInt8(ascii: "s") ? run + 1 : 0
                most = max(most, run)
            }
        }
        return most < 5 ? 0 : most
    }

    private func pieces(_ service: KeyService) throws {
        let connection = try LooseConnection(service, authority: .administrator)
        let handler = try connection.channel.pipeline.syncOperations.handler(type: FrameHandler.self)
        let (first, second) = (frame(1), frame(2))
        // In pieces, each of which is more than there is room for beside the ones before.
        try connection.send(Array(first[..<30]))
        var before = handler.unread
        #expect(left(before) > 0)
        let piece = [UInt8](second[..<80])
        try connection.send(Array(first[30..<100]))
        #expect(left(before) == 0)
        before = handler.unread
        #expect(left(before) > 60)
        // The first one's end, and the second's beginning, which moves to the front.
        try connection.send(Array(first[100...]) + piece)
        #expect(left(before) == 0)
        #expect(try connection.reasons().count == 1)
        #expect(handler.unread.readerIndex == 0)
        #expect(Array(handler.unread.readableBytesView) == piece)
        #expect(left(handler.unread) == piece.count { $0 == UInt8(ascii: "s") })
        before = handler.unread
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
        #expect(left(before) == 0)
    }

    @Test("R3: a frame that comes in pieces is nowhere any more when it has been answered, nor what it was moved from")
    func pieces() async throws {
        try await withServer { server in try pieces(server.service) }
    }
}
