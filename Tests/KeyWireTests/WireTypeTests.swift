// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
@testable import KeyWire
import Testing

@Suite struct WireTypeTests {
    @Test("a field of another wire type is refused with INVALID_ARGUMENT naming it", arguments: SchemaPlace.all)
    func wrongType(place: SchemaPlace) {
        for wire in [0, 1, 2, 5] where !place.wires.contains(wire) {
            let found = DecodedFrame(place.frame(holding: Wire.sample(place.number, wire)))
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.reason == .frameUndecodable)
            #expect(found.fields == [place.name], "wire type \(wire)")
        }
    }

    @Test("a field of its own wire type is not", arguments: SchemaPlace.all)
    func rightType(place: SchemaPlace) {
        for wire in place.wires {
            let found = DecodedFrame(place.frame(holding: Wire.sample(place.number, wire)))
            #expect(found.refusal?.reason != .frameUndecodable)
            #expect(found.refusal?.reason != .callUnknown)
        }
    }

    @Test("a bool as bytes is refused, though protobuf-c takes any wire type for a bool")
    func boolAsBytes() {
        for value: [UInt8] in [[], [0], [1], [1, 1], [0xFF]] {
            let found = DecodedFrame(Wire.frame(CallNumber.createKey, Wire.bytes(7, value)))
            #expect(found.fields == ["create_key.unrestricted"])
            #expect(found.refusal?.reason == .frameUndecodable)
        }
        #expect(
            DecodedFrame(Wire.frame(CallNumber.updateKey, Wire.bytes(13, [1]))).fields == ["update_key.never_expires"])
    }

    @Test("groups are refused: proto3 has none", arguments: SchemaPlace.all)
    func groups(place: SchemaPlace) {
        for wire in [3, 4, 6, 7] {
            let found = DecodedFrame(place.frame(holding: Wire.tag(place.number, wire)))
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.reason == .frameUndecodable)
        }
    }

    @Test("the id in another wire type cannot be read")
    func wrongID() {
        for wire in [1, 2, 5] {
            let found = DecodedFrame(Wire.sample(1, wire) + Wire.bytes(CallNumber.health, []))
            #expect(found.id == 0)
            #expect(found.fields == ["id"])
        }
    }

    @Test("the places are those of the schema, nested messages included")
    func places() {
        let names = Set(SchemaPlace.all.map(\.name))
        #expect(names.count == SchemaPlace.all.count)
        #expect(
            names.isSuperset(of: [
                "timeout_ms", "create_key", "create_key.grants.actions", "import_keys.keys.rate_limit.burst",
                "update_key.update_mask.paths", "validate_batch.requests.explain", "cancel.target_id",
            ]))
    }
}
