// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct FieldRuleTests {
    @Test("R4: a name is required, 1 to 100 characters, counted as Unicode scalar values")
    func names() {
        #expect(FieldRule.name("") == "required")
        for scalar in ["n", "é", "中", "🔑"] {
            #expect(FieldRule.name(scalar) == nil)
            #expect(FieldRule.name(String(repeating: scalar, count: 99)) == nil)
            #expect(FieldRule.name(String(repeating: scalar, count: 100)) == nil)
            #expect(FieldRule.name(String(repeating: scalar, count: 101)) == "must be at most 100 characters")
        }
        // One character on the screen, two scalars each.
        #expect(FieldRule.name(String(repeating: "e\u{301}", count: 50)) == nil)
        #expect(FieldRule.name(String(repeating: "e\u{301}", count: 51)) != nil)
    }

    @Test("R4: a description is optional, 1 to 200 characters, counted as Unicode scalar values")
    func descriptions() {
        #expect(FieldRule.description("") == nil)
        for scalar in ["d", "é", "中", "🔑"] {
            #expect(FieldRule.description(scalar) == nil)
            #expect(FieldRule.description(String(repeating: scalar, count: 199)) == nil)
            #expect(FieldRule.description(String(repeating: scalar, count: 200)) == nil)
            #expect(FieldRule.description(String(repeating: scalar, count: 201)) == "must be at most 200 characters")
        }
        #expect(FieldRule.description(String(repeating: "e\u{301}", count: 100)) == nil)
        #expect(FieldRule.description(String(repeating: "e\u{301}", count: 101)) != nil)
    }

    @Test("R12: user_id is required, 1 to 128 bytes of free text, and opaque")
    func userIDs() {
        #expect(FieldRule.userID("") == "required")
        for good in ["u", "a@b.example", "urn:x/1 2", "👩‍💻", String(repeating: "u", count: 128)] {
            #expect(FieldRule.userID(good) == nil, "\(good)")
        }
        #expect(FieldRule.userID(String(repeating: "u", count: 127)) == nil)
        #expect(FieldRule.userID(String(repeating: "u", count: 129)) == "must be at most 128 bytes")
        #expect(FieldRule.userID(String(repeating: "é", count: 64)) == nil)
        #expect(FieldRule.userID(String(repeating: "é", count: 65)) != nil)
    }

    @Test("R4: no free text holds a control character: C0, DEL and C1 are refused, their neighbours are not")
    func controlCharacters() {
        for rule in [FieldRule.name, FieldRule.description, FieldRule.userID] {
            for value in UInt32(0)..<0x120 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let isControl = value < 0x20 || (0x7F...0x9F).contains(value)
                for text in ["\(scalar)", "a\(scalar)b"] {
                    #expect((rule(text) != nil) == isControl, "U+\(String(value, radix: 16))")
                }
            }
        }
    }

    @Test("an account's id matches [a-z0-9][a-z0-9._-]{0,62}")
    func accountIDs() {
        #expect(FieldRule.accountID("") == "required")
        let good = ["a", "0", "acme", "a.b_c-d", "9--", "a" + String(repeating: "-", count: 62)]
        for text in good { #expect(FieldRule.accountID(text) == nil, "\(text)") }
        #expect(FieldRule.accountID(String(repeating: "a", count: 62)) == nil)
        #expect(FieldRule.accountID(String(repeating: "a", count: 63)) == nil)
        #expect(FieldRule.accountID(String(repeating: "a", count: 64)) != nil)
        let bad = [".a", "_a", "-a", "A", "aB", "a b", "a/b", "é", "aé", "a\u{0}", "a\n", "a:", "a`", "a{", " a"]
        for text in bad { #expect(FieldRule.accountID(text) != nil, "\(text.debugDescription)") }
    }

    @Test("the account latchkey is reserved and refused to ordinary calls; names like it are not")
    func reserved() {
        #expect(FieldRule.accountID("latchkey") == "is reserved; choose another name")
        for text in ["latchkey2", "latchke", "my-latchkey"] { #expect(FieldRule.accountID(text) == nil) }
    }

    @Test("a key id in a request is the 12 characters of base62")
    func keyIDs() {
        #expect(FieldRule.keyID("") == "required")
        #expect(FieldRule.keyID("4mVb0QzYx1Ab") == nil)
        for text in ["4mVb0QzYx1A", "4mVb0QzYx1Abc", "4mVb0QzYx1A-"] { #expect(FieldRule.keyID(text) != nil) }
    }
}
