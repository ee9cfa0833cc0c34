// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

@testable import KeyModel
import Testing

@Suite struct TokenTests {
    /// Made elsewhere: the checks are those of Python's zlib.crc32, in base62.
    struct Vector: CustomTestStringConvertible, Sendable {
        let prefix: String
        let id: String
        let secret: String
        let check: String

        var idAndSecret: String { id + secret }
        var text: String { "\(prefix)_\(id)\(secret)\(check)" }
        var testDescription: String { text }
    }

    static let vectors = [
        Vector(
            prefix: "lk", id: "4mVb0QzYx1Ab", secret: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg",
            check: "0kyjel"),
        Vector(
            prefix: "acme_live_v2", id: "AAAAAAAAAAAA", secret: String(repeating: "z", count: 43),
            check: "0EbGxy"),
        Vector(prefix: "0", id: "000000000000", secret: String(repeating: "0", count: 43), check: "2TzCJU"),
        Vector(
            prefix: "lk", id: "4mVb0QzYx1Ab", secret: String(repeating: "0", count: 39) + "0147",
            check: "00RtWC"),
    ]

    @Test("a token is <prefix>_<id><secret><check>, check = base62 of zlib's CRC-32 of all before", arguments: vectors)
    func knownVectors(vector: Vector) {
        #expect(Token.text(prefix: vector.prefix, idAndSecret: Array(vector.idAndSecret.utf8)) == vector.text)
        let parsed = ParsedToken(vector.text)
        #expect(parsed?.id == vector.id)
        #expect(parsed?.idAndSecret == vector.idAndSecret)
    }

    @Test("the prefix has 1 to 16 of [A-Za-z0-9_], and an underscore in it harms nothing")
    func prefixes() {
        let good = ["l", "LK", "0", "_", "__", "a_b", "_lk_", "lk_4mVb0QzYx1Ab", String(repeating: "p", count: 16)]
        for prefix in good {
            #expect(ParsedToken(token(prefix: prefix))?.id == "4mVb0QzYx1Ab", "\(prefix)")
        }
        let bad = [
            "", String(repeating: "p", count: 17), "l-k", "l k", "lk.", "é", "l\u{0}k", "@", "[", "`", "{", "/", ":",
        ]
        for prefix in bad {
            #expect(ParsedToken(token(prefix: prefix)) == nil, "\(prefix.debugDescription)")
        }
    }

    @Test("a token whose parts are longer or shorter is MALFORMED, though its checksum is right", arguments: -2...2)
    func lengths(by change: Int) {
        let body = Self.vectors[0].idAndSecret
        let changed = change < 0 ? String(body.dropLast(-change)) : body + String(repeating: "x", count: change)
        let text = Token.text(prefix: "lk", idAndSecret: Array(changed.utf8))
        if change == 0 {
            #expect(ParsedToken(text) != nil)
        } else {
            // Read from the right, the surplus would be part of the prefix: no underscore stands where one must.
            #expect(ParsedToken(text) == nil)
        }
    }

    @Test("id, secret and check hold base62 only, whatever the checksum says")
    func otherCharacters() {
        let body = Array(Self.vectors[0].idAndSecret.utf8)
        for byte in UInt8.min...UInt8.max where !Base62.digits.contains(byte) {
            for place in [0, 11, 12, 54] {
                var changed = body
                changed[place] = byte
                var bytes = Array("lk_".utf8) + changed
                bytes += Base62.encode(UInt64(bytes.withUnsafeBytes { CRC32.checksum($0) }), width: 6)
                #expect(ParsedToken(bytes) == nil, "byte \(byte) at \(place)")
            }
            var check = Array(Self.vectors[0].text.utf8)
            check[check.count - 1] = byte
            #expect(ParsedToken(check) == nil, "byte \(byte) in the check")
        }
    }

    @Test("nothing, less than a token, and a mebibyte are MALFORMED without harm")
    func extremes() {
        let whole = Array(Self.vectors[0].text.utf8)
        for count in 0..<whole.count {
            #expect(ParsedToken(Array(whole.prefix(count))) == nil, "\(count) bytes")
        }
        #expect(ParsedToken([UInt8](repeating: 0x61, count: 1 << 20)) == nil)
        #expect(ParsedToken([UInt8](repeating: 0x5F, count: 1 << 20)) == nil)
        #expect(ParsedToken([UInt8](repeating: 0x61, count: 1 << 20) + whole) == nil)
        #expect(ParsedToken(whole + [UInt8](repeating: 0x61, count: 1 << 20)) == nil)
    }

    @Test("R3: a hint is the first 4 and the last 4 characters of the token")
    func hint() {
        #expect(Token.hint(of: Self.vectors[0].text) == "lk_4...yjel")
        #expect(Token.hint(of: Self.vectors[1].text) == "acme...bGxy")
    }

    private func token(prefix: String) -> String {
        Token.text(prefix: prefix, idAndSecret: Array(Self.vectors[0].idAndSecret.utf8))
    }
}
