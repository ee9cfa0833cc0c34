// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
@testable import KeyWire
import Testing

@Suite struct StringScanTests {
    static let strings = SchemaPlace.all.filter { $0.kind == .string }

    @Test("a NUL inside any string is refused with INVALID_ARGUMENT naming the field", arguments: strings)
    func nul(place: SchemaPlace) {
        let texts = ["\0", "a\0", "\0a", "abcdefg\0", "abcdefgh\0", "abcdefghi\0jklmnopqrstu", "é\0é"]
        for text in texts { expectRefused(place, Array(text.utf8), "NUL") }
    }

    @Test("invalid UTF-8 in any string is refused with INVALID_ARGUMENT naming the field", arguments: strings)
    func invalid(place: SchemaPlace) {
        for bytes in Self.invalid {
            for padding in [[], Array("abcdefgh".utf8)] {
                expectRefused(place, padding + bytes, "not UTF-8")
                expectRefused(place, padding + bytes + padding, "not UTF-8")
            }
        }
    }

    private static let invalid: [[UInt8]] = [
        // Overlong.
        [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF],
        // Surrogates.
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        // Truncated.
        [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x94], [0xE2],
        // Past U+10FFFF, and bytes that never occur.
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0x80], [0xBF, 0xBF],
    ]

    private func expectRefused(_ place: SchemaPlace, _ bytes: [UInt8], _ why: String) {
        let found = DecodedFrame(place.frame(holding: Wire.bytes(place.number, bytes)))
        #expect(found.id == 7)
        #expect(found.refusal?.code == .invalidArgument)
        #expect(found.refusal?.reason == .frameUndecodable)
        #expect(found.fields == [place.name])
        #expect(found.refusal?.message.contains(why) == true, "\(bytes)")
    }

    @Test("bytes hold what they like: a NUL in a request_id is not refused as a string's would be")
    func bytesFields() {
        let places = SchemaPlace.all.filter { $0.kind == .bytes }
        #expect(!places.isEmpty)
        for place in places {
            let found = DecodedFrame(place.frame(holding: Wire.bytes(place.number, [0, 0xFF, 0xC0])))
            #expect(found.refusal?.reason != .frameUndecodable, "\(place.name)")
        }
    }

    @Test("strings are checked as Foundation checks them, on a seeded sample of bytes")
    func sample() {
        var generator = SeededGenerator(seed: 0x5EED)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let rarity = Int.random(in: 1...20, using: &generator)
            let bytes = (0..<count).map { _ in
                Int.random(in: 0..<rarity, using: &generator) == 0
                    ? UInt8.random(in: 0...255, using: &generator) : UInt8.random(in: 1...127, using: &generator)
            }
            let isText = String(bytes: bytes, encoding: .utf8) != nil
            let expected: WireFault.Kind? = bytes.contains(0) ? .nul : isText ? nil : .notUTF8
            #expect(bytes.withUnsafeBytes { textFault($0) } == expected, "\(bytes)")
        }
    }

    @Test("every Unicode scalar but NUL is a good string")
    func scalars() {
        var all = String.UnicodeScalarView()
        all.append(contentsOf: (UInt32(1)...0x10FFFF).lazy.compactMap(Unicode.Scalar.init))
        #expect(Array(String(all).utf8).withUnsafeBytes { textFault($0) } == nil)
        #expect(textFault(UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    }
}
