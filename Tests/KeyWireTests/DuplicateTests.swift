// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
@testable import KeyWire
import Testing

@Suite struct DuplicateTests {
    @Test(
        "a singular field that occurs twice is refused, naming it", arguments: SchemaPlace.all.filter { !$0.repeated })
    func twice(place: SchemaPlace) {
        let field = Wire.sample(place.number, place.wires[0])
        let found = DecodedFrame(place.frame(holding: field + field))
        #expect(found.id == 7)
        #expect(found.refusal?.code == .invalidArgument)
        #expect(found.refusal?.reason == .frameUndecodable)
        #expect(found.fields == [place.name])
    }

    @Test("a repeated field may occur again", arguments: SchemaPlace.all.filter(\.repeated))
    func repeated(place: SchemaPlace) {
        let field = Wire.sample(place.number, place.wires[0])
        #expect(DecodedFrame(place.frame(holding: field + field + field)).refusal?.reason != .frameUndecodable)
    }

    @Test("two members of one oneof are refused, within a call and of ClientFrame.call", arguments: [10, 13])
    func oneof(call: Int) {
        let expiry = call == CallNumber.createKey ? [9, 10, 11] : [11, 12, 13]
        for first in expiry {
            for second in expiry {
                let message =
                    Wire.sample(first, first == expiry[2] ? 0 : 2) + Wire.sample(second, second == expiry[2] ? 0 : 2)
                let found = DecodedFrame(Wire.frame(call, message))
                #expect(found.refusal?.reason == .frameUndecodable)
                #expect(found.refusal?.message.contains("occurs twice") == true)
            }
        }
    }

    @Test("two calls in one frame are refused, the same one or another")
    func twoCalls() {
        for second in 10...31 {
            let found = DecodedFrame(Wire.frame(CallNumber.health, []) + Wire.bytes(second, []))
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.message.contains("occurs twice") == true)
        }
    }

    @Test("an id that occurs twice is refused under the first")
    func twoIDs() {
        let found = DecodedFrame(Wire.number(1, 7) + Wire.number(1, 8) + Wire.bytes(CallNumber.health, []))
        #expect(found.id == 7)
        #expect(found.fields == ["id"])
    }
}
