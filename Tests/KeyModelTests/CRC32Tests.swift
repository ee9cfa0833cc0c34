// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

@testable import KeyModel
import Testing

@Suite struct CRC32Tests {
    /// Of the first n bytes of 3, 10, 17, …, by Python's zlib.crc32.
    private static let byLength: [UInt32] = [
        0x0000_0000, 0x4B0B_BE37, 0x8A21_A822, 0x6D58_AF33, 0x7ED3_4E62, 0xFCC8_3142, 0x9821_82FD, 0x5449_1CDB,
        0xE2E3_5978, 0x3D35_1CFE, 0x10E8_2536, 0x12A8_6B05, 0xC911_E29D, 0xA97A_D5C1, 0xB21B_1B8D, 0x7C61_9EDC,
        0x191F_3D9F, 0x7BA7_5EE3, 0x5BAA_6333, 0xF736_974E, 0xA0F2_BE9F, 0xCF15_0D57, 0x3EAE_08A6, 0x6337_A8A1,
        0xA20B_2CAA, 0xA5A7_D437, 0x4F75_3FF6, 0x342E_C6B3, 0x1B3A_E1CD, 0x32CC_3C72, 0x10E7_DC16, 0xD07F_9B5B,
        0xA10E_8695, 0x6BC5_3502, 0x7CB8_40F2, 0x4B77_0677, 0xAF4E_063A, 0x39A3_97B4, 0xF754_9EBA, 0x87F0_9D3C,
        0xE730_B7EA, 0x185F_1DB0, 0xCC1B_42F8, 0x231A_168D, 0x67F1_3AAA, 0x5CDB_F14E, 0x825B_4540, 0xA2EA_4047,
        0x4572_DC45, 0x2693_2800, 0x599A_C44F, 0x0E8D_7886, 0x95BE_AD8A, 0x02F7_47D7, 0x73D1_8BB4, 0x30C9_4412,
        0xCB5E_10B8, 0x6D19_D08B, 0xB604_5E9D, 0xD5D9_2FCA, 0x7FB0_BEE4, 0x3DA8_4F19, 0x873A_61ED, 0xB735_0C2A,
        0xCBD9_ECF0, 0x6D19_5777, 0x67BF_39EB, 0x1469_8906, 0xB37D_79D7, 0xDC6A_1AC6, 0xE9B0_A55F,
    ]

    @Test("the checksum is zlib's CRC-32: known vectors")
    func vectors() {
        #expect(checksum("") == 0)
        #expect(checksum("a") == 0xE8B7_BE43)
        #expect(checksum("123456789") == 0xCBF4_3926)
        #expect(checksum("The quick brown fox jumps over the lazy dog") == 0x414F_A339)
    }

    @Test("the checksum is zlib's CRC-32 at every length from 0 to 70 bytes")
    func lengths() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
            #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == Self.byLength[count], "\(count) bytes")
        }
    }

    @Test("the checksum does not depend on where in memory the bytes lie")
    func alignment() {
        let bytes = (0..<70).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
        for shift in 0..<16 {
            let moved = [UInt8](repeating: 0xAA, count: shift) + bytes
            let found = moved.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[shift...])) }
            #expect(found == Self.byLength[70])
        }
    }

    private func checksum(_ text: String) -> UInt32 {
        Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) }
    }
}
