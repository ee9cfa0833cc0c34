// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Where a journal's files are: the names of its segments, and how a segment comes to have one.
struct JournalFolder: Sendable {
    let storage: any Storage
    /// The segments that recovery needs.
    let path: String
    /// Those that it needs no more, kept because the journal is the audit trail.
    let historyPath: String
    let headPath: String
    let tagger: RecordTagger
    let storeKeyVersion: UInt32

    /// The one temporary name: the reserve, and whatever becomes a segment next. Never read; removed at every start.
    var sparePath: String { path + "/spare.tmp" }

    func segmentPath(_ number: UInt64) -> String {
        path + "/" + Self.segmentName(number)
    }

    func historyPath(_ number: UInt64) -> String {
        historyPath + "/" + Self.segmentName(number)
    }

    static func segmentName(_ number: UInt64) -> String {
        fileName(number, ".lkj")
    }

    /// `nil` for any name but a segment's.
    static func segmentNumber(_ name: String) -> UInt64? {
        fileNumber(name, ".lkj")
    }

    /// The segments in the journal's own directory, in order.
    func segments() throws(StorageError) -> [SegmentFile] {
        try storage.list(path).compactMap(Self.segmentNumber).sorted().map {
            SegmentFile(number: $0, path: segmentPath($0))
        }
    }

    /// The segments in `history`, in order.
    func history() throws(StorageError) -> [SegmentFile] {
        guard try storage.status(historyPath) != nil else { return [] }
        return try storage.list(historyPath).compactMap(Self.segmentNumber).sorted().map {
            SegmentFile(number: $0, path: historyPath($0))
        }
    }

    /// All there are, in order; one that is being moved is read where it was.
    func allSegments() throws(StorageError) -> [SegmentFile] {
        let own = try segments()
        let numbers = Set(own.map(\.number))
        return (try history().filter { !numbers.contains($0.number) } + own).sorted { $0.number < $1.number }
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

    /// Makes a segment of the spare: header and first records in, synced, then the name, synced. Gives the file under
    /// its new name, which is the one to complain about.
    @discardableResult
    func install(
        _ spare: any StorageFile, _ header: SegmentHeader, records: UnsafeRawBufferPointer
    ) throws(StorageError) -> any StorageFile {
        try spare.write(header.encoded(tagger), at: 0)
        if !records.isEmpty { try spare.write(records, at: UInt64(SegmentHeader.byteCount)) }
        try spare.fullSync()
        try storage.rename(sparePath, to: segmentPath(header.number))
        try storage.syncDirectory(path)
        return try storage.open(segmentPath(header.number), .writing)
    }
}

/// A segment and where it lies.
struct SegmentFile: Sendable, Equatable {
    let number: UInt64
    let path: String
}

/// 16 hexadecimal digits and a suffix.
func fileName(_ number: UInt64, _ suffix: String) -> String {
    withUnsafeBytes(of: number.bigEndian) { hexadecimal($0) } + suffix
}

/// `nil` for any name but one that `fileName` gives.
func fileNumber(_ name: String, _ suffix: String) -> UInt64? {
    guard name.hasSuffix(suffix), let number = UInt64(name.dropLast(suffix.utf8.count), radix: 16) else { return nil }
    return fileName(number, suffix) == name ? number : nil
}
