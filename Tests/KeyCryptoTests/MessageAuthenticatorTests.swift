// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import COpenSSL
internal import KeyCrypto
internal import KeyModel
internal import Testing

@Suite struct MessageAuthenticatorTests {
    struct Vector: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        let digest: String
    }

    static let rfc4231 = [
        Vector(
            key: repeated(0x0b, 20), message: Array("Hi There".utf8),
            digest: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            digest: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: repeated(0xaa, 20), message: repeated(0xdd, 50),
            digest: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), message: repeated(0xcd, 50),
            digest: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: repeated(0xaa, 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            digest: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            key: repeated(0xaa, 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. The key needs "
                    + "to be hashed before being used by the HMAC algorithm.").utf8),
            digest: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("HMAC-SHA256 gives RFC 4231's results", arguments: rfc4231)
    func publishedVectors(vector: Vector) {
        #expect(hex(mac(vector.key, vector.message).bytes) == vector.digest)
    }

    @Test("HMAC-SHA256 agrees with OpenSSL's own for every length around the block boundaries")
    func agreesWithOneShot() throws {
        let random = try SecureRandom.bytes(300)
        for keyBytes in [1, 31, 32, 63, 64, 65, 130] {
            for length in 0...200 {
                let key = Array(random[..<keyBytes])
                let message = Array(random[..<length])
                #expect(mac(key, message).bytes == oneShot(key, message))
            }
        }
    }

    @Test("a MAC in pieces is the MAC of the whole, and a leading block is a part of it")
    func pieces() throws {
        let message = try SecureRandom.bytes(200)
        let key = repeated(7, 32)
        let whole = mac(key, message)
        for cut in [0, 1, 55, 56, 63, 64, 65, 128, 200] {
            let authenticator = key.withUnsafeBytes { MessageAuthenticator(key: $0) }
            var running = authenticator.begin()
            message[..<cut].withUnsafeBytes { running.update($0) }
            message[cut...].withUnsafeBytes { running.update($0) }
            #expect(constantTimeEqual(running.finish(), whole))
            let leading = key.withUnsafeBytes { MessageAuthenticator(key: $0, leading: Array(message[..<cut])) }
            #expect(constantTimeEqual(message[cut...].withUnsafeBytes { leading.digest(of: $0) }, whole))
        }
    }

    @Test("a word goes into a running MAC as eight little-endian bytes")
    func words() {
        let authenticator = repeated(9, 32).withUnsafeBytes { MessageAuthenticator(key: $0) }
        var running = authenticator.begin()
        running.update(0x0807_0605_0403_0201)
        #expect(constantTimeEqual(running.finish(), mac(repeated(9, 32), [1, 2, 3, 4, 5, 6, 7, 8])))
    }

    @Test("constant-time comparison sees a difference in any bit")
    func comparison() {
        let digest = mac([1], [2])
        #expect(constantTimeEqual(digest, digest))
        for bit in 0..<256 {
            var bytes = digest.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Digest(bytes: bytes).map { constantTimeEqual(digest, $0) } == false)
        }
    }

    @Test("SHA-256 gives FIPS 180's result for \"abc\"")
    func checksum() {
        let digest = Array("abc".utf8).withUnsafeBytes { sha256($0) }
        #expect(hex(digest.bytes) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    private func mac(_ key: [UInt8], _ message: [UInt8]) -> Digest {
        let authenticator = key.withUnsafeBytes { MessageAuthenticator(key: $0) }
        return message.withUnsafeBytes { authenticator.digest(of: $0) }
    }

    private func oneShot(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        #expect(latchkey_hmac_oneshot(key, key.count, message, message.count, &digest) == 1)
        return digest
    }
}

func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
