// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyWire
import NIOCore
import Testing

@Suite struct FrameSplitterTests {
    private static let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300), [0xFF]]
    private static let stream = messages.flatMap(Wire.prefixed)

    /// The messages of a stream that comes in pieces.
    private func messages(of pieces: [[UInt8]], maximumBytes: Int = 300) throws -> [[UInt8]] {
        var splitter = FrameSplitter(maximumBytes: maximumBytes)
        var found: [[UInt8]] = []
        for piece in pieces {
            var bytes = ByteBuffer(bytes: piece)
            splitter.append(&bytes)
            #expect(bytes.readableBytes == 0)
            while let message = try splitter.next() { found.append(Array(message.readableBytesView)) }
        }
        return found
    }

    @Test("messages come out as they went in, wherever the stream is cut")
    func cuts() throws {
        #expect(try messages(of: [Self.stream]) == Self.messages)
        #expect(try messages(of: Self.stream.map { [$0] }) == Self.messages)
        for cut in 0...Self.stream.count {
            let pieces = [Array(Self.stream[..<cut]), Array(Self.stream[cut...])]
            #expect(try messages(of: pieces) == Self.messages, "cut at \(cut)")
        }
    }

    @Test("a message of the largest size is taken, a larger one is refused before it has come")
    func oversized() throws {
        #expect(try messages(of: [Self.stream], maximumBytes: 300).count == 4)
        #expect(throws: WireError.self) { try messages(of: [Self.stream], maximumBytes: 299) }
        #expect(throws: WireError.self) { try messages(of: [[0xFF, 0xFF, 0xFF, 0xFF]]) }
        #expect(throws: WireError.self) { try messages(of: [Array("HTTP/1.1 400 Bad Request\r\n".utf8)]) }
        #expect(try messages(of: [[0xFF, 0xFF, 0xFF]]) == [])
    }

    @Test("a message that was taken stays as it was when more bytes come")
    func independence() throws {
        var splitter = FrameSplitter(maximumBytes: 300)
        var first = ByteBuffer(bytes: Wire.prefixed([1, 2, 3]) + [0, 0])
        splitter.append(&first)
        let taken = try splitter.next()
        var second = ByteBuffer(bytes: [0, 2, 8, 9])
        splitter.append(&second)
        #expect(taken.map { Array($0.readableBytesView) } == [1, 2, 3])
        #expect(try splitter.next().map { Array($0.readableBytesView) } == [8, 9])
    }
}
