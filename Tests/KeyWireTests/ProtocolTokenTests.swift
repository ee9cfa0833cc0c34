// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

/// The tokens by which the authors of other clients test their own check.
@Suite("The protocol's tokens") struct ProtocolTokenTests {
    private let document: ProtocolDocument

    init() throws {
        document = try ProtocolDocument.read.get()
    }

    @Test("a token of the vectors is one to the server, of the parts that stand beside it")
    func tokens() throws {
        let valid = document.tokens.filter(\.valid)
        #expect(valid.count >= 3)
        for vector in valid {
            let (id, secret) = (try #require(vector.id), try #require(vector.secret))
            let (prefix, check) = (try #require(vector.prefix), try #require(vector.check))
            #expect("\(prefix)_\(id)\(secret)\(check)" == vector.token)
            let found = Array(vector.token.utf8).withUnsafeBytes { Token(parsing: $0)?.id.description }
            #expect(found == id, "\(vector.token)")
            #expect(Token.text(prefix: prefix, idAndSecret: Array((id + secret).utf8)) == vector.token)
            // By the document's own words, not by the server's code.
            let crc = crc32(vector.token.utf8.dropLast(6))
            #expect(Hex.text(withUnsafeBytes(of: crc.bigEndian) { Array($0) }) == vector.crc32, "\(vector.token)")
            #expect(number(check) == UInt64(crc), "\(vector.token)")
        }
    }

    @Test("what the vectors call MALFORMED is no token to the server")
    func malformed() {
        let broken = document.tokens.filter { !$0.valid }
        #expect(broken.count >= 2)
        for vector in broken {
            #expect(Array(vector.token.utf8).withUnsafeBytes { Token(parsing: $0) == nil }, "\(vector.token)")
        }
    }

    @Test("every token of the vectors stands in the document as it is")
    func tokensQuoted() {
        for vector in document.tokens {
            let isQuoted = document.text.contains("\n" + vector.quotation)
            #expect(isQuoted, "\(vector.token)")
        }
    }

    private func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        } ^ UInt32.max
    }

    private func number(_ base62: String) -> UInt64 {
        base62.utf8.reduce(0) { $0 * 62 + UInt64(Base62.digits.firstIndex(of: $1) ?? 0) }
    }
}
