// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The first 128 bytes of a segment, `journal/<number as 16 hexadecimal digits>.lkj`. Little-endian.
///
///      0  magic 8             "LKJRNL01"
///      8  format version u32  1
///     12  store-key version u32
///     16  store id 16
///     32  segment number u64  from 1, without gaps
///     40  first sequence u64  of its first record; whatever the segment before has from here on is superseded
///     48  time i64            nanoseconds since 1970 UTC
///     56  anchor 16           tag of the record or mark before the first record; zeros when there is none
///     72  durable_seq u64     every sequence up to here is on disk if this file has its name
///     80  record's tag 16     the same but for marks: tag of the record before the first
///     96  zeros
///    112  tag 16              as a record's, for offset 0
///
/// A segment is written under a temporary name, synced, and only then renamed: so a file with a segment's name always
/// has a good header, and a bad one is damage. Records follow, the first at 128; zeros up to the preallocated end.
struct SegmentHeader: Sendable {
    static let byteCount = 128
    static let formatVersion: UInt32 = 1
    private static let magic = Array("LKJRNL01".utf8)
    private static let tagOffset = 112

    var number: UInt64
    var firstSequence: UInt64
    var time: Timestamp
    /// What the first record goes on from.
    var tags: ChainTags
    var durableSequence: UInt64
    var storeKeyVersion: UInt32

    func encoded(_ tagger: RecordTagger) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { out in
            out.copyBytes(from: Self.magic)
            out.put(Self.formatVersion, at: 8)
            out.put(storeKeyVersion, at: 12)
            _ = tagger.storeID.bytes.withUnsafeBytes { out.put($0, at: 16) }
            out.put(number, at: 32)
            out.put(firstSequence, at: 40)
            out.put(time.nanoseconds, at: 48)
            tags.last.store(out, at: 56)
            out.put(durableSequence, at: 72)
            tags.lastRecord.store(out, at: 80)
            tagger.tag(segment: number, offset: 0, UnsafeRawBufferPointer(rebasing: out[..<Self.tagOffset]))
                .store(out, at: Self.tagOffset)
        }
        return bytes
    }

    /// The header of a segment's file, or what is wrong with it.
    static func read(_ file: SegmentFile, _ folder: JournalFolder) throws(JournalError) -> SegmentHeader {
        let head = try starting { () throws(StorageError) in
            try folder.storage.open(file.path, .reading).read(byteCount, at: 0)
        }
        return try head.withRawBytes { raw throws(JournalError) in
            try decode(raw, file: file.path, number: file.number, folder.tagger)
        }
    }

    /// Refuses anything but a good header of segment `number` of this store, saying which way it is wrong.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, file: String, number: UInt64, _ tagger: RecordTagger
    ) throws(JournalError) -> SegmentHeader {
        guard bytes.count >= byteCount, bytes[..<8].elementsEqual(magic) else {
            throw .damaged(file, 0, "this is not a journal segment")
        }
        let version = bytes.number(at: 8, as: UInt32.self)
        guard version <= formatVersion else {
            throw .newerFormat(file, "journal format \(version) is newer than this program's, \(formatVersion)")
        }
        guard StoreID(bytes, at: 16) == tagger.storeID else {
            let what = "this segment belongs to another store (\(StoreID(bytes, at: 16)))"
            throw .refused(
                StartRefusal(.wrongStore, file, what, advice: "Move it away, and put back the one that was here."))
        }
        guard version == formatVersion, bytes.number(at: 32, as: UInt64.self) == number,
            JournalTag(bytes, at: tagOffset)
                == tagger.tag(segment: number, offset: 0, UnsafeRawBufferPointer(rebasing: bytes[..<tagOffset]))
        else { throw .damaged(file, 0, "the segment's header does not verify") }
        return SegmentHeader(
            number: number, firstSequence: bytes.number(at: 40, as: UInt64.self),
            time: Timestamp(nanoseconds: bytes.number(at: 48, as: Int64.self)),
            tags: ChainTags(last: JournalTag(bytes, at: 56), lastRecord: JournalTag(bytes, at: 80)),
            durableSequence: bytes.number(at: 72, as: UInt64.self),
            storeKeyVersion: bytes.number(at: 12, as: UInt32.self))
    }
}

extension JournalError {
    /// Corruption, with the advice that goes for all of it.
    static func damaged(_ file: String, _ offset: Int, _ what: String) -> JournalError {
        .corrupt(
            file: file, offset: UInt64(max(0, offset)), what: what,
            advice:
                "Nothing was changed. See what `latchkey data verify` says and what `--salvage` would lose; a backup "
                + "loses what came after it, revocations too.")
    }
}
