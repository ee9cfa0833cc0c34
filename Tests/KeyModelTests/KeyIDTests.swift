// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct KeyIDTests {
    @Test("a key's id is 12 characters of base62, and reads back as it was")
    func roundTrip() throws {
        for text in ["4mVb0QzYx1Ab", "000000000000", "zzzzzzzzzzzz", "ABCDEFGHIJKL"] {
            let id = try #require(KeyID(text))
            #expect(id.description == text)
            #expect(id.withBytes { Array($0) } == Array(text.utf8))
            #expect(Array(text.utf8).withUnsafeBytes { KeyID($0) } == id)
        }
    }

    @Test("anything else is not a key's id")
    func refused() {
        let bad = [
            "", "4mVb0QzYx1A", "4mVb0QzYx1Abc", "4mVb0QzYx1A_", "4mVb0QzYx1A-", "4mVb0QzYx1A ", " 4mVb0QzYx1A",
            "4mVb0QzYx1Aé", "4mVb0QzYx1\u{0}b", "éééééé",
        ]
        for text in bad { #expect(KeyID(text) == nil, "\(text.debugDescription)") }
        #expect(KeyID(UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    }

    @Test("ids are equal, hash and spread by all of their characters")
    func identity() throws {
        let id = try #require(KeyID("4mVb0QzYx1Ab"))
        for place in 0..<12 {
            var bytes = Array("4mVb0QzYx1Ab".utf8)
            bytes[place] = bytes[place] == 0x30 ? 0x31 : 0x30
            let other = try #require(bytes.withUnsafeBytes { KeyID($0) })
            #expect(other != id)
            #expect(other.spread != id.spread)
            #expect(id.comes(before: other) != other.comes(before: id))
        }
        #expect(!id.comes(before: id))
        #expect(Set([id, id]).count == 1)
    }
}
