// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import Testing

@Suite struct SecureRandomTests {
    @Test("base62 of 32 bytes is 43 digits, most significant first, left-padded with 0")
    func base62Values() {
        #expect(text(base62(repeated(0, 32))) == String(repeating: "0", count: 43))
        // 2^256 - 1, computed with exact integers elsewhere.
        #expect(text(base62(repeated(0xff, 32))) == "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1")
        #expect(text(base62(repeated(0, 31) + [61])) == String(repeating: "0", count: 42) + "z")
        #expect(text(base62(repeated(0, 31) + [62])) == String(repeating: "0", count: 41) + "10")
        #expect(text(base62(Array(0...31))) == "003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf")
    }

    @Test("a base62 character has no bias: 248 of 256 bytes give each of 62 characters four times")
    func noBias() {
        var counts: [UInt8: Int] = [:]
        for byte in UInt8.min...UInt8.max {
            if let character = base62Character(uniform: byte) { counts[character, default: 0] += 1 }
        }
        #expect(counts.count == 62)
        #expect(counts.values.allSatisfy { $0 == 4 })
    }

    @Test("random bytes and characters have the length asked for and differ from call to call")
    func lengths() throws {
        for count in [0, 1, 12, 32, 1_000] {
            #expect(try SecureRandom.bytes(count).count == count)
            #expect(try SecureRandom.base62Characters(count).count == count)
        }
        #expect(try SecureRandom.bytes(32) != SecureRandom.bytes(32))
        let alphabet = Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        #expect(try SecureRandom.base62Characters(1_000).allSatisfy { alphabet.contains($0) })
    }

    private func text(_ characters: [UInt8]) -> String { String(decoding: characters, as: UTF8.self) }
}
