// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a segment of the usage log consists of, behind its header: frames, each a batch of events or a gap.
///
///     0   length of the whole frame, a multiple of 8        u32
///     4   CRC-32 of everything behind it                    u32
///     8   the first sequence                                u64
///     16  how many sequences                                u64
///     24  time of the first event, or of the gap            i64
///     32  kind: 1 = events, 2 = gap                         u8
///     33  reason of a gap (UsageGapReason)                  u8
///     34  zeros                                             6
///     40  the events (UsageEntry), as many as sequences
///
/// Little-endian. Sequences rise from frame to frame; where they leave some out, those are missing.
struct UsageFrame: Equatable {
    enum Kind: UInt8 { case events = 1, gap = 2 }

    static let headerBytes = 40
    /// The longest that is read. A frame is closed before it grows past `Limits.usageFrameBytes`, unless one event
    /// alone does.
    static let readBytes = 2 * Limits.usageFrameBytes

    var length: Int
    var firstSequence: UInt64
    var count: UInt64
    var time: Timestamp
    var kind: Kind
    var reason: UsageGapReason?

    /// The sequence behind it.
    var nextSequence: UInt64 { firstSequence + count }

    /// The length that a header states; `nil` when no frame has that.
    static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= headerBytes else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        return length >= headerBytes && length <= readBytes && length % 8 == 0 ? length : nil
    }

    /// The frame at the beginning of `bytes`; `nil` when there is none, or it is not whole.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let length = Self.length(bytes), length <= bytes.count else { return nil }
        let check = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        guard check == CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[8..<length])) else { return nil }
        self.length = length
        firstSequence = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        time = Timestamp(nanoseconds: Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self)))
        guard let kind = Kind(rawValue: bytes[32]), count > 0, firstSequence > 0,
            firstSequence <= Limits.latestUsageSequence, count <= Limits.latestUsageSequence
        else { return nil }
        self.kind = kind
        reason = UsageGapReason(rawValue: bytes[33])
    }

    init(gap first: UInt64, count: UInt64, at time: Timestamp, _ reason: UsageGapReason) {
        length = Self.headerBytes
        firstSequence = first
        self.count = count
        self.time = time
        kind = .gap
        self.reason = reason
    }

    init(eventsFrom first: UInt64, at time: Timestamp) {
        length = 0
        firstSequence = first
        count = 0
        self.time = time
        kind = .events
        reason = nil
    }

    /// Writes the header at `offset`, with the length and check of everything from there to the end of `out`.
    func seal(_ out: inout [UInt8], at offset: Int) {
        func put(_ value: some FixedWidthInteger, _ place: Int) {
            withUnsafeBytes(of: value.littleEndian) { bytes in
                for (index, byte) in bytes.enumerated() { out[offset + place + index] = byte }
            }
        }
        put(UInt32(truncatingIfNeeded: out.count - offset), 0)
        put(firstSequence, 8)
        put(count, 16)
        put(time.nanoseconds, 24)
        out[offset + 32] = kind.rawValue
        out[offset + 33] = reason?.rawValue ?? 0
        let check = out.withUnsafeBytes { CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[(offset + 8)...])) }
        put(check, 4)
    }
}
