// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The `journal` directory: the names in it and how a segment comes to have one.
struct JournalFolder: Sendable {
    let storage: any Storage
    let path: String
    let tagger: RecordTagger
    let storeKeyVersion: UInt32

    /// The one temporary name: the reserve, and whatever becomes a segment next. Never read; removed at every start.
    var sparePath: String { path + "/spare.tmp" }

    func segmentPath(_ number: UInt64) -> String {
        path + "/" + Self.segmentName(number)
    }

    static func segmentName(_ number: UInt64) -> String {
        withUnsafeBytes(of: number.bigEndian) { hexadecimal($0) } + ".lkj"
    }

    /// `nil` for any name but a segment's.
    static func segmentNumber(_ name: String) -> UInt64? {
        guard name.hasSuffix(".lkj"), let number = UInt64(name.dropLast(4), radix: 16) else { return nil }
        return segmentName(number) == name ? number : nil
    }

    /// The numbers of all segments, ascending.
    func segments() throws(StorageError) -> [UInt64] {
        try storage.list(path).compactMap(Self.segmentNumber).sorted()
    }

    /// A new empty file under the temporary name with `size` bytes of the disk its own.
    func makeSpare(size: Int) throws(StorageError) -> any StorageFile {
        try removeSpare()
        let file = try storage.open(sparePath, .creating(mode: 0o600))
        try file.allocate(UInt64(size))
        return file
    }

    func removeSpare() throws(StorageError) {
        if try storage.status(sparePath) != nil { try storage.remove(sparePath) }
    }

    /// Makes a segment of the spare: header and first records in, synced, then the name, synced.
    func install(
        _ spare: any StorageFile, _ header: SegmentHeader, records: UnsafeRawBufferPointer
    ) throws(StorageError) {
        try spare.write(header.encoded(tagger), at: 0)
        if !records.isEmpty { try spare.write(records, at: UInt64(SegmentHeader.byteCount)) }
        try spare.fullSync()
        try storage.rename(sparePath, to: segmentPath(header.number))
        try storage.syncDirectory(path)
    }
}
