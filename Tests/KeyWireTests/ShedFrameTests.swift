// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

@Suite struct ShedFrameTests {
    private func bytes(_ frame: ClientFrame) -> [UInt8] {
        var buffer = ByteBuffer()
        frame.encode(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    private func shed(_ bytes: [UInt8], at offset: Int = 0) -> (id: UInt64, end: Int)? {
        bytes.withUnsafeBytes { ShedFrame($0, at: offset) }.map { ($0.id, $0.end) }
    }

    private func validate(_ id: UInt64, timeout: UInt32 = 0, as token: String = "") -> ClientFrame {
        let request = ValidateRequest(secret: "lk_secret", clientIP: "192.0.2.1", resource: "r", httpMethod: "GET")
        return ClientFrame(
            id: id, timeoutMilliseconds: timeout, content: .call(.validate(request)), authorization: token)
    }

    @Test("R13: a Validate is recognised by its first bytes, with its id, wherever it begins")
    func recognised() {
        for id: UInt64 in [1, 127, 128, 300, 1 << 40] {
            for timeout: UInt32 in [0, 1, 60_000] {
                let frame = bytes(validate(id, timeout: timeout))
                #expect(shed(frame)?.id == id)
                #expect(shed([1, 2, 3] + frame + [9, 9], at: 3)?.end == 3 + frame.count)
            }
        }
    }

    @Test("R13: what carries an authorization, before or behind the call, or is another call, is decoded")
    func others() {
        #expect(shed(bytes(validate(1, as: "lkc_token"))) == nil)
        #expect(shed(bytes(ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.health)))) == nil)
        #expect(shed(bytes(ClientFrame(id: 1, timeoutMilliseconds: 0, content: .nothing, authorization: "x"))) == nil)
        var behind = bytes(validate(1)) + [0x1A, 1, 0x78]
        behind[3] += 3
        #expect(shed(behind) == nil)
        #expect(shed(bytes(validate(0))) == nil)
        let whole = bytes(validate(1))
        for count in 0..<whole.count { #expect(shed(Array(whole.prefix(count))) == nil) }
    }

    @Test("R13: no bytes at all, whatever they say of lengths, are read beyond their end")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var frame = bytes(validate(UInt64.random(in: 1...1_000, using: &generator)))
            for _ in 0..<3 {
                frame[Int.random(in: 0..<14, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            frame = Array(frame.prefix(Int.random(in: 0...frame.count, using: &generator)))
            if let found = shed(frame) { #expect(found.end <= frame.count) }
        }
    }

    @Test("R13: a Status from a template is the one that the encoder makes, whatever the id")
    func template() {
        let template = StatusTemplate(.overloaded)
        for id: UInt64 in [1, 127, 128, 16_384, .max] {
            var (made, expected) = (ByteBuffer(), ByteBuffer())
            template.write(id: id, into: &made)
            ServerFrame(id: id, end: true, result: .failure(.overloaded)).encode(into: &expected)
            #expect(made == expected)
        }
    }
}
