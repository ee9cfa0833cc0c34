// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import Testing

@Suite struct SecretSealerTests {
    @Test("B7: what is sealed opens with its own sealer and context, and with nothing else")
    func open() throws {
        let sealer = try SecretSealer()
        let secret = "lk_FYMwjBJOmqfx0VPhgdDPnTGsm15ZOzo7WzgMhA829AOmui1P8XhLuhx00CQOc"
        let sealed = try sealer.seal(secret, context: [1, 2, 3])
        #expect(sealed.count == secret.utf8.count + 28)
        #expect(try sealer.open(sealed, context: [1, 2, 3]) == secret)
        #expect(throws: CryptoError.sealingFailed) { try sealer.open(sealed, context: [1, 2]) }
        #expect(throws: CryptoError.sealingFailed) { try SecretSealer().open(sealed, context: [1, 2, 3]) }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoError.sealingFailed) { try sealer.open(changed, context: [1, 2, 3]) }
        }
        for count in [0, 27, 28] {
            #expect(throws: CryptoError.sealingFailed) {
                try sealer.open(Array(sealed.prefix(count)), context: [1, 2, 3])
            }
        }
    }

    @Test("B7: sealed twice, a secret looks different, and does not show")
    func nonces() throws {
        let sealer = try SecretSealer()
        let secret = String(repeating: "s", count: 61)
        let seals = try (0..<100).map { _ in try sealer.seal(secret, context: []) }
        #expect(Set(seals.map { $0.prefix(12) }).count == 100)
        #expect(Set(seals.map { $0.dropFirst(28) }).count == 100)
        #expect(seals.allSatisfy { !$0.dropFirst(12).contains("ssssssss".utf8) })
    }
}
