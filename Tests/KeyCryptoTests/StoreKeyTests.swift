// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel
internal import Testing

@Suite struct StoreKeyTests {
    struct Vector: Sendable {
        let key: [UInt8]
        let salt: [UInt8]
        let info: [UInt8]
        let output: String
    }

    static let rfc5869 = [
        Vector(
            key: repeated(0x0b, 22), salt: Array(0...0x0c), info: Array(0xf0...0xf9),
            output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Vector(
            key: Array(0...0x4f), salt: Array(0x60...0xaf), info: Array(0xb0...0xff),
            output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        Vector(
            key: repeated(0x0b, 22), salt: [], info: [],
            output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test("HKDF-SHA256 gives RFC 5869's results", arguments: rfc5869)
    func publishedVectors(vector: Vector) throws {
        let derived = try vector.key.withUnsafeBytes { key in
            bytes(try hkdfSHA256(key: key, salt: vector.salt, info: vector.info, count: vector.output.count / 2))
        }
        #expect(hex(derived) == vector.output)
    }

    @Test("every purpose and every store has a subkey of its own")
    func subkeysDiffer() throws {
        let key = try StoreKey.random()
        var all: Set<[UInt8]> = [key.withBytes { Array($0) }]
        for purpose in SubkeyPurpose.allCases {
            for store in [repeated(1, 16), repeated(2, 16)] {
                all.insert(bytes(try key.subkey(purpose, storeID: store)))
                let again = bytes(try key.subkey(purpose, storeID: store))
                #expect(all.contains(again))
            }
        }
        #expect(all.count == 1 + 2 * SubkeyPurpose.allCases.count)
    }

    @Test("a store key has exactly 32 bytes", arguments: [0, 31, 33, 64])
    func wrongSize(count: Int) {
        if StoreKey(bytes: repeated(1, count)) != nil { Issue.record("\(count) bytes were taken") }
    }

    @Test("a secret's digest is HMAC-SHA256 of label block, id and secret under the digests subkey")
    func secretDigest() throws {
        guard let key = StoreKey(bytes: repeated(3, 32)) else {
            Issue.record("32 bytes were refused")
            return
        }
        let store = repeated(4, 16)
        let digester = try SecretDigester(storeKey: key, storeID: store)
        let token = Array("0123456789AB".utf8) + repeated(UInt8(ascii: "z"), 43)
        let label = Array("latchkey/v1/secret".utf8)
        let message = label + repeated(0, 64 - label.count) + token
        let plain = MessageAuthenticator(key: try key.subkey(.digests, storeID: store))
        let expected = message.withUnsafeBytes { plain.digest(of: $0) }
        #expect(constantTimeEqual(token.withUnsafeBytes { digester.digest(idAndSecret: $0) }, expected))
        #expect(digester.storeKeyVersion == 1)
    }

    private func bytes(_ secret: consuming SecretBytes) -> [UInt8] {
        secret.withBytes { Array($0) }
    }
}
