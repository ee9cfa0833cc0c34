// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct MalformedWireTests {
    private func expectUndecodable(_ message: [UInt8], id: UInt64 = 7) {
        let found = DecodedFrame(message)
        #expect(found.id == id, "\(message)")
        #expect(found.refusal?.code == .invalidArgument, "\(message)")
        #expect(found.refusal?.reason == .frameUndecodable, "\(message)")
    }

    private let id = Wire.number(1, 7)

    @Test("field 0 is refused, at the top and inside a call")
    func fieldZero() {
        for wire in 0...7 {
            expectUndecodable(id + [UInt8(wire), 0])
            expectUndecodable(Wire.frame(CallNumber.getKey, [UInt8(wire), 0]))
            // The same in more bytes than it needs.
            expectUndecodable(id + [UInt8(wire) | 0x80, 0x80, 0x00, 0])
        }
    }

    @Test("a message that ends anywhere but behind a field is refused")
    func truncated() {
        let call = Call.createKey(
            CreateKeyRequest(
                accountID: "acme", userID: "u1", name: "deploy", unrestricted: true, expiry: .at(SampleCalls.time)))
        let whole = Array(ClientFrame(id: 7, timeoutMilliseconds: 5, content: .call(call)).bytes.dropFirst(4))
        #expect(DecodedFrame(whole).call == call)
        // Behind the id and behind the timeout it is whole, but lacks a call.
        let complete = [2, 4]
        for count in 2..<whole.count {
            let found = DecodedFrame(Array(whole.prefix(count)))
            #expect(found.id == 7)
            #expect(found.refusal?.reason == (complete.contains(count) ? .callMissing : .frameUndecodable), "\(count)")
        }
    }

    @Test("a call that ends inside a field is refused, though the frame around it is whole")
    func truncatedCall() {
        let request = Wire.text(1, "acme") + Wire.text(2, "u") + Wire.number(7, 1) + Wire.bytes(10, Wire.number(1, 60))
        for count in 1..<request.count {
            let message = Array(request.prefix(count))
            let isWhole = [6, 9, 11].contains(count)
            let found = DecodedFrame(Wire.frame(CallNumber.createKey, message))
            #expect((found.call != nil) == isWhole, "\(count) bytes")
            if !isWhole { expectUndecodable(Wire.frame(CallNumber.createKey, message)) }
        }
    }

    @Test("a length past the end is refused, however large")
    func lengths() {
        for length: UInt64 in [1, 127, 65_536, 1 << 31, 1 << 32, 1 << 63, .max] {
            expectUndecodable(id + Wire.tag(CallNumber.getKey, 2) + Wire.varint(length))
            expectUndecodable(Wire.frame(CallNumber.getKey, Wire.tag(1, 2) + Wire.varint(length)))
            expectUndecodable(id + Wire.tag(99, 2) + Wire.varint(length))
        }
    }

    @Test("a varint has at most 10 bytes; what it says past 64 bits is dropped")
    func varints() {
        func padded(_ value: UInt8, _ count: Int) -> [UInt8] {
            [value | 0x80] + [UInt8](repeating: 0x80, count: count - 2) + [0]
        }
        let health = Wire.bytes(CallNumber.health, [])
        for count in 2...10 {
            #expect(DecodedFrame(Wire.tag(1, 0) + padded(7, count) + health).id == 7, "\(count) bytes")
        }
        for count in 11...12 { expectUndecodable(Wire.tag(1, 0) + padded(7, count) + health, id: 0) }
        let ones = [UInt8](repeating: 0xFF, count: 9)
        #expect(DecodedFrame(Wire.tag(1, 0) + ones + [0x7F] + health).id == .max)
        expectUndecodable(Wire.tag(1, 0) + ones + [0xFF] + health, id: 0)
        expectUndecodable(id + Wire.tag(2, 0) + ones)
    }

    @Test("a tag past 32 bits is refused")
    func longTags() {
        expectUndecodable(id + Wire.varint(1 << 32) + [0])
        expectUndecodable(id + Wire.varint(.max) + [0])
        expectUndecodable(Wire.frame(CallNumber.getKey, Wire.varint(1 << 35 | 2) + [0]))
        // The highest field that protobuf has, and the highest that fits: unknown, but told so by the id.
        for number in [536_870_911, Int(UInt32.max >> 3)] {
            #expect(DecodedFrame(id + Wire.number(number, 1)).refusal?.reason == .callUnknown)
        }
    }

    @Test(
        "a message of the largest size is decoded or refused by its id, whatever fills it",
        arguments: [0, 0x41, 0x80, 0xFF])
    func filled(byte: Int) {
        let filler = [UInt8](repeating: UInt8(byte), count: Limits.clientFrameBytes - 2)
        #expect(DecodedFrame(id + filler).id == 7)
        #expect(DecodedFrame(filler).refusal != nil)
        let text = [UInt8](repeating: UInt8(byte), count: Limits.clientFrameBytes - 20)
        #expect(DecodedFrame(Wire.frame(CallNumber.validate, Wire.bytes(1, text))).id == 7)
    }
}
