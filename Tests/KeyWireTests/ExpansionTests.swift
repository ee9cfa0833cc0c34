// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
@testable import KeyWire
import NIOCore
import Testing

@Suite struct ExpansionTests {
    /// As many copies of `field` as fit a frame beside everything else.
    private func bomb(_ place: SchemaPlace, _ field: [UInt8]) -> [UInt8] {
        let count = (Limits.clientFrameBytes - 32) / field.count
        return place.frame(holding: Array([[UInt8]](repeating: field, count: count).joined()))
    }

    @Test(
        "64 KiB of empty repeated elements are refused, expansion past a named bound",
        arguments: SchemaPlace.all.filter(\.repeated))
    func bombs(place: SchemaPlace) {
        for wire in place.wires {
            var field = Wire.sample(place.number, wire)
            if place.kind == .varint, wire == 2 {
                field = Wire.bytes(place.number, [UInt8](repeating: 1, count: 60_000))
            }
            let message = bomb(place, field)
            #expect(message.count <= Limits.clientFrameBytes)
            let found = DecodedFrame(message)
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
            #expect(found.refusal?.message.contains("\(Limits.decodedFrameBytes) bytes") == true)
        }
    }

    @Test("a message that the scan lets through but that protobuf-c has no memory for is refused")
    func exhausted() {
        // Around here protobuf-c's own tables double.
        for count in 8_150...8_200 {
            let paths = Array([[UInt8]](repeating: Wire.text(1, ""), count: count).joined())
            let found = DecodedFrame(Wire.frame(CallNumber.updateKey, Wire.bytes(2, paths)))
            #expect(found.id == 7)
            #expect(found.refusal?.code == .invalidArgument)
        }
    }

    @Test("a decoder that has refused a bomb goes on as before")
    func recovers() throws {
        let decoder = FrameDecoder()
        let place = try #require(SchemaPlace.all.first { $0.name == "update_key.update_mask.paths" })
        for _ in 0..<3 {
            #expect(DecodedFrame(bomb(place, Wire.text(1, "")), decoder).refusal != nil)
            let good = ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(SampleCalls.updateKey[0]))
            #expect(DecodedFrame(Array(good.bytes.dropFirst(4)), decoder).call == SampleCalls.updateKey[0])
        }
    }

    @Test("a refusal fits a server frame, however much there was to refuse")
    func refusalsAreBounded() {
        // Four characters each, all different, and one path as long as a frame.
        let many = (0..<7_000).flatMap { Wire.text(1, "\(10_000 + $0)") }
        let long = Wire.text(1, "e" + String(repeating: "\u{301}", count: 32_000))
        for paths in [many, long] {
            let found = DecodedFrame(Wire.frame(CallNumber.updateKey, Wire.bytes(2, paths)))
            #expect(found.refusal?.reason == .invalidField)
            guard let refusal = found.refusal else { continue }
            let reply = ServerFrame(id: 7, end: true, result: .failure(refusal)).bytes
            #expect(reply.count <= Limits.serverFrameBytes)
            #expect(refusal.violations.count <= 100)
        }
    }
}
