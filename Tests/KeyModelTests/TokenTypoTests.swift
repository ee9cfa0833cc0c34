// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

@testable import KeyModel
import Testing

/// What a slip of the hand makes of a token: the checksum is there so that each is found without a lookup.
@Suite struct TokenTypoTests {
    private static let good = Array("lk_4mVb0QzYx1Ab0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0kyjel".utf8)

    @Test("every token with one character exchanged for another is MALFORMED")
    func exchanged() {
        #expect(ParsedToken(Self.good) != nil)
        var accepted: [String] = []
        for place in Self.good.indices {
            for byte in Base62.digits + [0x5F, 0x2D, 0x20] where byte != Self.good[place] {
                var typo = Self.good
                typo[place] = byte
                if ParsedToken(typo) != nil { accepted.append(String(decoding: typo, as: UTF8.self)) }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test("every token with two neighbours transposed is MALFORMED")
    func transposed() {
        for place in 1..<Self.good.count where Self.good[place] != Self.good[place - 1] {
            var typo = Self.good
            typo.swapAt(place, place - 1)
            #expect(ParsedToken(typo) == nil, "at \(place)")
        }
    }

    @Test("every token with one character missing, doubled or added is MALFORMED")
    func missingOrAdded() {
        for place in Self.good.indices {
            var missing = Self.good
            missing.remove(at: place)
            #expect(ParsedToken(missing) == nil, "without the one at \(place)")
            var doubled = Self.good
            doubled.insert(Self.good[place], at: place)
            #expect(ParsedToken(doubled) == nil, "the one at \(place) twice")
        }
        for byte: UInt8 in [0x20, 0x0A, 0x22, 0x00] {
            #expect(ParsedToken(Self.good + [byte]) == nil)
            #expect(ParsedToken([byte] + Self.good) == nil)
        }
    }

    @Test("every token with a bit flipped is MALFORMED")
    func flipped() {
        for place in Self.good.indices {
            for bit in 0..<8 {
                var damaged = Self.good
                damaged[place] ^= 1 << bit
                #expect(ParsedToken(damaged) == nil, "bit \(bit) at \(place)")
            }
        }
    }

    @Test("a token with its letters in the other case is MALFORMED")
    func otherCase() {
        let text = String(decoding: Self.good, as: UTF8.self)
        #expect(ParsedToken(text.lowercased()) == nil)
        #expect(ParsedToken(text.uppercased()) == nil)
    }
}
