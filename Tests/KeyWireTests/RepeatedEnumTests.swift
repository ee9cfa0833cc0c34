// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
@testable import KeyWire
import Testing

@Suite struct RepeatedEnumTests {
    static let places = SchemaPlace.all.filter { $0.repeated && $0.kind == .varint }

    @Test("a repeated enum is taken packed, unpacked and mixed", arguments: places)
    func forms(place: SchemaPlace) {
        let packed = Wire.bytes(place.number, [1, 2, 0x80, 0x01])
        let unpacked = Wire.number(place.number, 1) + Wire.number(place.number, 2)
        for field in [packed, unpacked, packed + unpacked, Wire.bytes(place.number, [])] {
            // Well-formed, whether or not this version honours it and the rest of the message says enough.
            #expect(DecodedFrame(place.frame(holding: field)).refusal?.reason != .frameUndecodable)
        }
    }

    @Test("a packed enum that ends inside a number is refused, naming it", arguments: places)
    func truncated(place: SchemaPlace) {
        for bytes: [UInt8] in [[0x80], [1, 0xFF], [UInt8](repeating: 0xFF, count: 11)] {
            let found = DecodedFrame(place.frame(holding: Wire.bytes(place.number, bytes)))
            #expect(found.refusal?.reason == .frameUndecodable)
            #expect(found.fields == [place.name])
        }
    }

    @Test("there are repeated enums to prove it with")
    func exist() {
        #expect(Self.places.map(\.name).contains("stream_usage.verdicts"))
        #expect(Self.places.map(\.name).contains("create_key.grants.actions"))
    }
}
