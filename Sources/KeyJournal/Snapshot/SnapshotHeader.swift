// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// The first 192 bytes of a snapshot, `snapshots/<end_seq as 16 hexadecimal digits>.lks`. Little-endian.
///
///      0  magic 8             "LKSNAP01"
///      8  format version u32  1
///     12  store-key version u32
///     16  store id 16
///     32  begin_seq u64       everything up to here is in it; the journal is applied from the next one on
///     40  end_seq u64         nothing after this is in it; the journal reaches further, or has lost something
///     48  first segment u64   of the journal that must be read
///     56  anchor_seq u64      at or above end_seq: a record that was on disk when the snapshot got its name
///     64  anchor 16           that record's tag; zeros when there was none
///     80  time i64            when it was begun; nanoseconds since 1970 UTC
///     88  file length u64     bytes
///     96  chunks u64
///    104  keys u64
///    112  accounts u64
///    120  last tag 16         of the last chunk; zeros when there is none
///    136  zeros
///    176  tag 16              HMAC-SHA256, first 16 bytes, under the snapshots subkey, as a journal record's, for a
///                             segment of all ones and offset 0
///
/// Chunks follow. A snapshot is written under a temporary name; the header goes in last, and only once the journal is
/// on disk up to end_seq does the file get its name.
package struct SnapshotHeader: Sendable, Equatable {
    static let byteCount = 192
    static let formatVersion: UInt32 = 1
    private static let magic = Array("LKSNAP01".utf8)
    private static let tagOffset = 176

    package var beginSequence: UInt64
    package var endSequence: UInt64
    package var firstSegment: UInt64
    var anchorSequence: UInt64
    var anchor: JournalTag
    package var time: Timestamp
    package var fileBytes: UInt64
    var chunks: UInt64
    package var keys: UInt64
    package var accounts: UInt64
    var lastTag: JournalTag

    func encoded(_ folder: SnapshotFolder) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { out in
            out.copyBytes(from: Self.magic)
            out.put(Self.formatVersion, at: 8)
            out.put(folder.storeKeyVersion, at: 12)
            _ = folder.tagger.storeID.bytes.withUnsafeBytes { out.put($0, at: 16) }
            let numbers = [
                beginSequence, endSequence, firstSegment, anchorSequence,
            ]
            for (index, number) in numbers.enumerated() { out.put(number, at: 32 + 8 * index) }
            anchor.store(out, at: 64)
            out.put(time.nanoseconds, at: 80)
            for (index, number) in [fileBytes, chunks, keys, accounts].enumerated() {
                out.put(number, at: 88 + 8 * index)
            }
            lastTag.store(out, at: 120)
            Self.tag(UnsafeRawBufferPointer(out), folder.tagger).store(out, at: Self.tagOffset)
        }
        return bytes
    }

    /// Refuses anything but a good header of a snapshot of this store with this end sequence, saying what is wrong.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, file: String, endSequence: UInt64, _ folder: SnapshotFolder
    ) throws(JournalError) -> SnapshotHeader {
        guard bytes.count >= byteCount, bytes[..<8].elementsEqual(magic) else {
            throw .damaged(file, 0, "this is not a snapshot")
        }
        // The tag first: a bit that flipped in the version is damage, not a newer format.
        guard JournalTag(bytes, at: tagOffset) == tag(bytes, folder.tagger) else {
            throw .damaged(file, 0, "the snapshot's header does not verify")
        }
        let version = bytes.number(at: 8, as: UInt32.self)
        guard version <= formatVersion else {
            throw .newerFormat(file, "snapshot format \(version) is newer than this program's, \(formatVersion)")
        }
        let header = SnapshotHeader(
            beginSequence: bytes.number(at: 32, as: UInt64.self), endSequence: bytes.number(at: 40, as: UInt64.self),
            firstSegment: bytes.number(at: 48, as: UInt64.self), anchorSequence: bytes.number(at: 56, as: UInt64.self),
            anchor: JournalTag(bytes, at: 64), time: Timestamp(nanoseconds: bytes.number(at: 80, as: Int64.self)),
            fileBytes: bytes.number(at: 88, as: UInt64.self), chunks: bytes.number(at: 96, as: UInt64.self),
            keys: bytes.number(at: 104, as: UInt64.self), accounts: bytes.number(at: 112, as: UInt64.self),
            lastTag: JournalTag(bytes, at: 120))
        guard version == formatVersion, header.endSequence == endSequence else {
            throw .damaged(file, 0, "the snapshot is not the one that its name says")
        }
        return header
    }

    private static func tag(_ bytes: UnsafeRawBufferPointer, _ tagger: RecordTagger) -> JournalTag {
        tagger.tag(segment: .max, offset: 0, UnsafeRawBufferPointer(rebasing: bytes[..<tagOffset]))
    }
}
