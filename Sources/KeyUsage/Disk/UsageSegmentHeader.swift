// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// A segment's header, and its name: `usage/00000000000000000001.log`, after its first sequence.
///
///     0   "LKUSAGE1"
///     8   the first sequence                      u64
///     16  time of its first frame                 i64
///     24  CRC-32 of the bytes before              u32
///     28  zeros                                   u32
///     32  frames (UsageFrame)
struct UsageSegmentHeader: Equatable {
    static let byteCount = 32
    private static let magic = Array("LKUSAGE1".utf8)

    let firstSequence: UInt64
    let time: Timestamp

    var bytes: [UInt8] {
        var out = Self.magic
        for value in [firstSequence, UInt64(bitPattern: time.nanoseconds)] {
            withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
        }
        let check = out.withUnsafeBytes { CRC32.checksum($0) }
        withUnsafeBytes(of: UInt64(check).littleEndian) { out.append(contentsOf: $0) }
        return out
    }

    init(firstSequence: UInt64, time: Timestamp) {
        self.firstSequence = firstSequence
        self.time = time
    }

    /// `nil` when this is no header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.byteCount, bytes.starts(with: Self.magic) else { return nil }
        let (first, time, check) = bytes.withUnsafeBytes {
            (
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 16, as: Int64.self)),
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            )
        }
        let found = bytes.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[..<24])) }
        guard check == UInt64(found), first > 0, first <= Limits.latestUsageSequence else { return nil }
        self.init(firstSequence: first, time: Timestamp(nanoseconds: time))
    }

    static func name(_ firstSequence: UInt64) -> String {
        let digits = String(firstSequence)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".log"
    }

    /// The first sequence that a name states; `nil` when it is not a segment's.
    static func firstSequence(_ name: String) -> UInt64? {
        guard name.utf8.count == 24, name.hasSuffix(".log"), name.utf8.prefix(20).allSatisfy({ $0 &- 0x30 < 10 }),
            let first = UInt64(name.dropLast(4)), first > 0, first <= Limits.latestUsageSequence
        else { return nil }
        return first
    }
}
