// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct DigestTests {
    @Test("a digest holds its 32 bytes in their order")
    func roundTrip() throws {
        let bytes = (0..<32).map { UInt8($0 * 8 + 1) }
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        // The words are the bytes as they lie in memory, so that a comparison needs no conversion.
        #expect(digest.words.0.littleEndian == 0x3931_2921_1911_0901)
    }

    @Test("a digest has 32 bytes, not more and not less", arguments: [0, 1, 31, 33, 64])
    func lengths(count: Int) {
        #expect(Digest(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("a usage id is 16 bytes on the wire: boot epoch, then loop and counter, big-endian")
    func usageID() {
        let id = UsageID(epoch: 0x0102_0304_0506_0708, serial: 0x090A_0B0C_0D0E_0F10)
        #expect(id.bytes == Array(1...16))
        #expect(UsageID(epoch: 0, serial: 0).bytes == [UInt8](repeating: 0, count: 16))
    }
}
