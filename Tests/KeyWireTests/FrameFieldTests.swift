// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct FrameFieldTests {
    private let id = Wire.number(1, 7)
    private let health = Wire.bytes(CallNumber.health, [])

    @Test("id is any value but 0")
    func idZero() {
        for message in [health, Wire.number(1, 0) + health, [], Wire.number(2, 5)] {
            let found = DecodedFrame(message)
            #expect(found.id == 0)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.reason == .idInvalid)
            #expect(found.fields == ["id"])
        }
        for id in [UInt64(1), 1 << 63, .max] { #expect(DecodedFrame(Wire.number(1, id) + health).id == id) }
    }

    @Test("a frame with neither call nor authorization gets a Status, CALL_MISSING")
    func callMissing() {
        for message in [id, id + Wire.number(2, 5)] {
            let found = DecodedFrame(message)
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.reason == .callMissing)
        }
    }

    @Test("timeout_ms is 0 to 4294967295 milliseconds, more is refused and not cut")
    func timeout() {
        for timeout in [UInt32(0), 1, .max] {
            let found = DecodedFrame(id + Wire.number(2, UInt64(timeout)) + health)
            #expect(found == .call(id: 7, timeoutMilliseconds: timeout, .health))
        }
        for timeout in [UInt64(UInt32.max) + 1, .max] {
            let found = DecodedFrame(id + Wire.number(2, timeout) + health)
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.fields == ["timeout_ms"])
        }
    }

    @Test("traceparent is set and not yet implemented: UNIMPLEMENTED naming it, never ignored")
    func traceparent() {
        for text in ["", SampleCalls.token] {
            for call in [health, [], Wire.bytes(CallNumber.validate, Wire.text(1, SampleCalls.token))] {
                let found = DecodedFrame(id + Wire.text(4, text) + call)
                #expect(found.id == 7)
                #expect(found.refusal?.code == .unimplemented)
                #expect(found.refusal?.reason == .fieldNotImplemented)
                #expect(found.fields == ["traceparent"])
            }
        }
    }

    @Test("R13: an authorization comes with a call, alone, or with what is refused, and is handed out once")
    func authorization() {
        for (rest, isRefused) in [(health, false), ([], false), (Wire.bytes(CallNumber.health, [0xFF]), true)] {
            let decoder = FrameDecoder()
            let message = id + rest + Wire.text(3, SampleCalls.token)
            message.withUnsafeBytes { bytes in
                let frame = try? decoder.decode(bytes)
                #expect((frame == nil) == isRefused)
                let token = decoder.takeAuthorization().map { String(decoding: $0, as: UTF8.self) }
                #expect(token == SampleCalls.token)
                #expect(decoder.takeAuthorization() == nil)
            }
        }
        guard case .authorization(7, "abc") = DecodedFrame(id + Wire.text(3, "abc")) else {
            Issue.record("a frame with nothing else is not taken for one")
            return
        }
    }

    @Test("R3: no refusal repeats what authorization or secret held")
    func noSecretInRefusals() {
        let token = Wire.text(3, SampleCalls.token)
        let secret = Wire.text(1, SampleCalls.token)
        let messages = [
            id + token + token, token, id + token + Wire.text(4, "\0"),
            Wire.frame(CallNumber.validate, secret + secret),
            Wire.frame(CallNumber.validate, secret + Wire.number(4, 9)),
            Wire.frame(CallNumber.validate, secret + Wire.text(2, "nowhere")),
            Wire.frame(CallNumber.validate, Wire.text(1, SampleCalls.token + "\0")),
            Wire.frame(CallNumber.validate, Wire.bytes(1, Array(SampleCalls.token.utf8) + [0xFF])),
        ]
        for message in messages {
            let text = DecodedFrame(message).refusal.map { "\($0)" }
            #expect(text?.contains("0123456789ABCDEF") == false)
        }
    }

    @Test("fields may come in any order")
    func order() {
        let expected = DecodedFrame.call(id: 7, timeoutMilliseconds: 5, .health)
        for message in [
            health + Wire.number(2, 5) + id, Wire.number(2, 5) + id + health, id + health + Wire.number(2, 5),
        ] {
            #expect(DecodedFrame(message) == expected)
        }
    }
}
