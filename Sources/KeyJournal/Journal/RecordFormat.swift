// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A journal record. All numbers are little-endian; it begins at a multiple of 8 and is a multiple of 8 long.
///
///      0  length u32         of the whole record, padding and tag included
///      4  type u16           bit 15: critical, a reader that does not know the type refuses to start
///      6  flags u16          0; a reader refuses what it does not know
///      8  sequence u64        one above the record's before; a mark repeats it
///     16  durable_seq u64    the highest sequence known to be synced when this one was written; a mark's own
///     24  time i64           nanoseconds since 1970 UTC; never below the record's before
///     32  caller length u16
///     34  peer length u16
///     36  body length u32
///     40  previous tag 16    of the record before, in whichever segment; zeros for the first of all
///     56  caller, peer, body
///         zeros to a multiple of 8
///    -16  tag 16             HMAC-SHA256, first 16 bytes, under the journal subkey, over store id (16), segment
///                            number (u64), offset of the record in it (u64), and the record up to here
///
/// The tag covers the place, so any record can be verified alone, by a scan that tries every multiple of 8; and the
/// tag before, so what was cut, put in another order or left out shows.
enum RecordFormat {
    static let criticalBit: UInt16 = 0x8000
    static let prefixBytes = 56
    static let leastBytes = prefixBytes + JournalTag.byteCount

    static let sequenceOffset = 8
    static let durableOffset = 16
    static let previousTagOffset = 40

    /// Of a record's bytes.
    static func isMark(_ record: UnsafeRawBufferPointer) -> Bool {
        RecordType(rawValue: record.number(at: 4, as: UInt16.self)) == .mark
    }

    static func recordBytes(contentBytes: Int) -> Int {
        (contentBytes + 7) & ~7 + leastBytes
    }

    /// Writes everything but durable_seq and the two tags, which `seal` adds once the place is known.
    static func encode(_ entry: JournalEntry, time: Timestamp, into record: UnsafeMutableRawBufferPointer) {
        record.put(UInt32(record.count), at: 0)
        record.put(entry.type.rawValue | (entry.isCritical ? criticalBit : 0), at: 4)
        record.put(UInt16(0), at: 6)
        record.put(entry.sequence, at: sequenceOffset)
        record.put(time.nanoseconds, at: 24)
        record.put(UInt16(entry.caller.utf8.count), at: 32)
        record.put(UInt16(entry.peer.utf8.count), at: 34)
        record.put(UInt32(entry.body.count), at: 36)
        var offset = prefixBytes
        var (caller, peer) = (entry.caller, entry.peer)
        caller.withUTF8 { offset = record.put(UnsafeRawBufferPointer($0), at: offset) }
        peer.withUTF8 { offset = record.put(UnsafeRawBufferPointer($0), at: offset) }
        entry.body.withUnsafeBytes { offset = record.put($0, at: offset) }
        while offset < record.count - JournalTag.byteCount {
            record[offset] = 0
            offset += 1
        }
    }

    /// A record without caller, peer or body.
    static func encodeMark(sequence: UInt64, time: Timestamp, into record: UnsafeMutableRawBufferPointer) {
        record.initializeMemory(as: UInt8.self, repeating: 0)
        record.put(UInt32(record.count), at: 0)
        record.put(RecordType.mark.rawValue | criticalBit, at: 4)
        record.put(sequence, at: sequenceOffset)
        record.put(time.nanoseconds, at: 24)
    }

    /// Completes a record for its place and gives its tag.
    static func seal(
        _ record: UnsafeMutableRawBufferPointer, segment: UInt64, offset: Int, durable: UInt64, previous: JournalTag,
        _ tagger: RecordTagger
    ) -> JournalTag {
        record.put(durable, at: durableOffset)
        previous.store(record, at: previousTagOffset)
        let tagOffset = record.count - JournalTag.byteCount
        let tag = tagger.tag(segment: segment, offset: offset, UnsafeRawBufferPointer(rebasing: record[..<tagOffset]))
        tag.store(record, at: tagOffset)
        return tag
    }

    /// The record at `offset` of a segment's bytes, its tag verified; whether it belongs there is the reader's to say.
    static func read(
        _ bytes: UnsafeRawBufferPointer, segment: UInt64, offset: Int, _ tagger: RecordTagger
    ) throws(RecordFault) -> JournalRecord {
        let (record, caller, peer) = try shape(bytes, offset: offset)
        let tagOffset = record.count - JournalTag.byteCount
        let tag = JournalTag(record, at: tagOffset)
        let body = UnsafeRawBufferPointer(rebasing: record[..<tagOffset])
        guard tag == tagger.tag(segment: segment, offset: offset, body) else { throw .tag }
        guard record.number(at: 6, as: UInt16.self) == 0 else { throw .newerFlags }
        let type = record.number(at: 4, as: UInt16.self)
        let bodyBytes = Int(record.number(at: 36, as: UInt32.self))
        let content = UnsafeRawBufferPointer(rebasing: record[prefixBytes..<(prefixBytes + caller + peer + bodyBytes)])
        return JournalRecord(
            sequence: record.number(at: sequenceOffset, as: UInt64.self),
            durableSequence: record.number(at: durableOffset, as: UInt64.self),
            time: Timestamp(nanoseconds: record.number(at: 24, as: Int64.self)),
            type: RecordType(rawValue: type), isCritical: type & criticalBit != 0,
            callerBytes: UnsafeRawBufferPointer(rebasing: content[..<caller]),
            peerBytes: UnsafeRawBufferPointer(rebasing: content[caller..<(caller + peer)]),
            body: UnsafeRawBufferPointer(rebasing: content[(caller + peer)...]), segment: segment, offset: offset,
            previousTag: JournalTag(record, at: previousTagOffset), tag: tag, byteCount: record.count)
    }

    /// The bytes of what claims to be a record at `offset`, with the lengths of caller and peer: all lengths agree and
    /// nothing lies outside. Nothing is verified.
    static func shape(
        _ bytes: UnsafeRawBufferPointer, offset: Int
    ) throws(RecordFault) -> (record: UnsafeRawBufferPointer, caller: Int, peer: Int) {
        let left = bytes.count - offset
        guard left >= leastBytes else { throw .cut }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        let length = Int(rest.number(at: 0, as: UInt32.self))
        let caller = Int(rest.number(at: 32, as: UInt16.self))
        let peer = Int(rest.number(at: 34, as: UInt16.self))
        let body = Int(rest.number(at: 36, as: UInt32.self))
        guard caller <= Limits.journalNameBytes, peer <= Limits.journalNameBytes, body <= Limits.journalBodyBytes,
            length == recordBytes(contentBytes: caller + peer + body)
        else { throw .lengths }
        guard length <= left else { throw .cut }
        return (UnsafeRawBufferPointer(rebasing: rest[..<length]), caller, peer)
    }
}

/// What is wrong with bytes that should be a record.
enum RecordFault: Error {
    case cut, lengths, tag, newerFlags

    var words: String {
        switch self {
        case .cut: "a record ends beyond the end of the file"
        case .lengths: "no record: its lengths are impossible"
        case .tag: "a record does not verify"
        case .newerFlags: "a record has flags that a newer version of this program wrote"
        }
    }
}

extension UnsafeRawBufferPointer {
    func number<N: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: N.Type) -> N {
        N(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Whether there is nothing but zeros.
    var isZero: Bool {
        var offset = 0
        while offset + 8 <= count {
            if loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
            offset += 8
        }
        return self[offset...].allSatisfy { $0 == 0 }
    }

    /// Up to where there is anything but zeros.
    var usedCount: Int {
        var end = count
        while end >= 8, loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
        while end > 0, self[end - 1] == 0 { end -= 1 }
        return end
    }
}

extension UnsafeMutableRawBufferPointer {
    func put<N: FixedWidthInteger & BitwiseCopyable>(_ number: N, at offset: Int) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: N.self)
    }

    /// Gives the offset after it.
    func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        UnsafeMutableRawBufferPointer(rebasing: self[offset...]).copyMemory(from: bytes)
        return offset + bytes.count
    }
}
