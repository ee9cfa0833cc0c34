// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
@testable import KeyWire
import Testing

@Suite struct UnknownFieldTests {
    private let health = Wire.bytes(CallNumber.health, [])

    @Test("a field of ClientFrame that the server does not know is UNIMPLEMENTED, its id read wherever it stands")
    func top() {
        for number in [5, 6, 9, 32, 60, 63, 64, 1_000, 536_870_911] {
            for wire in [0, 1, 2, 5] {
                let unknown = Wire.sample(number, wire)
                for message in [
                    Wire.number(1, 7) + health + unknown, unknown + Wire.number(1, 7) + health,
                    unknown + health + Wire.number(1, 7), unknown + unknown + Wire.number(1, 7),
                    unknown + Wire.number(1, 7),
                ] {
                    let found = DecodedFrame(message)
                    #expect(found.id == 7)
                    #expect(found.refusal?.code == .unimplemented)
                    #expect(found.refusal?.reason == .callUnknown)
                    #expect(found.fields == ["field \(number)"])
                }
            }
        }
    }

    @Test("a field of a call that the server does not know is UNIMPLEMENTED, never a disconnect")
    func nested() {
        let messages = SchemaPlace.all.filter { $0.kind == .message }
        for place in messages {
            for number in [40, 55, 56, 64, 536_870_911] {
                let inner = Wire.sample(number, number % 2 == 0 ? 0 : 2)
                let framed = place.frame(holding: Wire.bytes(place.number, inner))
                // The id once before the call and once behind it.
                for message in [framed, Array(framed.dropFirst(2)) + Wire.number(1, 7)] {
                    let found = DecodedFrame(message)
                    #expect(found.id == 7)
                    #expect(found.refusal?.code == .unimplemented)
                    #expect(found.refusal?.reason == .fieldNotImplemented)
                    #expect(found.fields == ["\(place.name).field \(number)"])
                }
            }
        }
    }

    @Test("a refused frame is answered with its id where that can be read, also from behind what was refused")
    func idBehind() {
        let wrong = [
            Wire.bytes(4, [0xFF]), Wire.bytes(2, []), Wire.number(3, 1), Wire.number(2, 1) + Wire.number(2, 1),
            health + health, Wire.number(CallNumber.getKey, 1), Wire.bytes(CallNumber.getKey, [0x0A]),
            Wire.bytes(CallNumber.getKey, Wire.bytes(1, [0])),
        ]
        for field in wrong {
            let found = DecodedFrame(field + Wire.number(1, 7))
            #expect(found.id == 7, "\(field)")
            #expect(found.refusal?.reason == .frameUndecodable)
        }
        // Past what cannot be cut into fields, nothing can be read.
        #expect(DecodedFrame(Wire.tag(5, 3) + Wire.number(1, 7)).id == 0)
        #expect(DecodedFrame(Wire.tag(5, 2) + [9] + Wire.number(1, 7)).id == 0)
    }
}
