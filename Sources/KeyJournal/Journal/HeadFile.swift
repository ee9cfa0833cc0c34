// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The last record that was known to be on disk when the journal went idle or stopped.
struct JournalHead: Sendable, Equatable {
    /// The segment that the record ends in, and where.
    var segment: UInt64
    var offset: Int
    /// 0 = there was none yet.
    var sequence: UInt64
    var time: Timestamp
    /// The record's own.
    var tag: JournalTag
}

/// The file `HEAD`: what of the journal is certainly on disk, kept apart from it, so that a journal that has lost its
/// end does not pass for a shorter one. Two slots, at 0 and 4,096, written in turn: a write that is torn leaves the
/// other. Little-endian.
///
///      0  magic 8             "LKHEAD01"
///      8  format version u32  1
///     12  store-key version u32
///     16  store id 16
///     32  generation u64      the slot with the higher one counts
///     40  segment u64         where the record ends
///     48  offset u64
///     56  sequence u64        of the last record that is on disk; 0 = none
///     64  time i64            nanoseconds since 1970 UTC
///     72  record's tag 16
///     88  zeros
///    112  tag 16              as a record's, for a segment of all ones and the slot's offset
struct HeadFile: Sendable {
    static let slotBytes = 128
    static let slotSpacing = 4_096
    static let byteCount = slotSpacing + slotBytes
    static let formatVersion: UInt32 = 1
    private static let magic = Array("LKHEAD01".utf8)
    private static let tagOffset = 112

    var path: String { file.path }

    private let file: any StorageFile
    private let tagger: RecordTagger
    private let storeKeyVersion: UInt32
    /// Of the slot that was written last.
    private var generation: UInt64
    private var slot: Int
    /// What it says; `nil` in a file that is being made.
    private(set) var head: JournalHead?
    /// Whether one of the slots did not verify, as after a write that was torn.
    private(set) var isHalf = false

    /// Makes the file, saying that nothing is on disk yet, or what is.
    static func make(_ folder: JournalFolder, now: Timestamp, saying head: JournalHead? = nil) throws(StorageError) {
        let path = folder.headPath
        if try folder.storage.status(path) != nil { try folder.storage.remove(path) }
        var made = HeadFile(
            file: try folder.storage.open(path, .creating(mode: 0o600)), tagger: folder.tagger,
            storeKeyVersion: folder.storeKeyVersion, generation: 0, slot: 1, head: nil)
        try made.file.allocate(UInt64(byteCount))
        let nothing = JournalHead(segment: 1, offset: SegmentHeader.byteCount, sequence: 0, time: now, tag: .zero)
        try made.write(head ?? nothing)
        try made.write(head ?? nothing)
        try made.file.fullSync()
    }

    /// Reads it. Throws `corrupt` when neither slot verifies.
    static func open(_ folder: JournalFolder, _ mode: OpenMode) throws(JournalError) -> HeadFile {
        let path = folder.headPath
        guard try starting({ () throws(StorageError) in try folder.storage.status(path) }) != nil else {
            throw .damaged(path, 0, "the file is missing")
        }
        let file = try starting { () throws(StorageError) in try folder.storage.open(path, mode) }
        let bytes = try starting { () throws(StorageError) in try file.read(byteCount, at: 0) }
        var found = HeadFile(
            file: file, tagger: folder.tagger, storeKeyVersion: folder.storeKeyVersion, generation: 0, slot: 0,
            head: nil)
        var good = 0
        for slot in 0..<2 {
            guard let (head, generation) = try decode(bytes, slot, path, folder.tagger) else { continue }
            good += 1
            if found.head == nil || generation > found.generation {
                (found.head, found.generation, found.slot) = (head, generation, slot)
            }
        }
        if good == 0 { throw .damaged(path, 0, "neither of its two slots verifies") }
        found.isHalf = good == 1
        return found
    }

    private init(
        file: any StorageFile, tagger: RecordTagger, storeKeyVersion: UInt32, generation: UInt64, slot: Int,
        head: JournalHead?
    ) {
        self.file = file
        self.tagger = tagger
        self.storeKeyVersion = storeKeyVersion
        self.generation = generation
        self.slot = slot
        self.head = head
    }

    /// Writes the slot that does not count, durably; from then on it does.
    mutating func write(_ head: JournalHead) throws(StorageError) {
        let (next, offset) = (generation + 1, (1 - slot) * Self.slotSpacing)
        try file.write(encoded(head, next, offset), at: UInt64(offset))
        try file.sync()
        (generation, slot, self.head) = (next, 1 - slot, head)
    }

    private func encoded(_ head: JournalHead, _ generation: UInt64, _ offset: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.slotBytes)
        bytes.withUnsafeMutableBytes { out in
            out.copyBytes(from: Self.magic)
            out.put(Self.formatVersion, at: 8)
            out.put(storeKeyVersion, at: 12)
            _ = tagger.storeID.bytes.withUnsafeBytes { out.put($0, at: 16) }
            out.put(generation, at: 32)
            out.put(head.segment, at: 40)
            out.put(UInt64(head.offset), at: 48)
            out.put(head.sequence, at: 56)
            out.put(head.time.nanoseconds, at: 64)
            head.tag.store(out, at: 72)
            tagger.tag(segment: .max, offset: offset, UnsafeRawBufferPointer(rebasing: out[..<Self.tagOffset]))
                .store(out, at: Self.tagOffset)
        }
        return bytes
    }

    /// `nil` unless the slot verifies.
    private static func decode(
        _ bytes: [UInt8], _ slot: Int, _ path: String, _ tagger: RecordTagger
    ) throws(JournalError) -> (JournalHead, generation: UInt64)? {
        let start = slot * slotSpacing
        guard bytes.count >= start + slotBytes else { return nil }
        return try bytes.withRawBytes { all throws(JournalError) in
            let raw = UnsafeRawBufferPointer(rebasing: all[start..<(start + slotBytes)])
            let tag = tagger.tag(segment: .max, offset: start, UnsafeRawBufferPointer(rebasing: raw[..<tagOffset]))
            guard raw[..<8].elementsEqual(magic), JournalTag(raw, at: tagOffset) == tag else { return nil }
            let version = raw.number(at: 8, as: UInt32.self)
            guard version == formatVersion else {
                throw .newerFormat(path, "its format, \(version), is not this program's, \(formatVersion)")
            }
            guard let offset = Int(exactly: raw.number(at: 48, as: UInt64.self)) else { return nil }
            let head = JournalHead(
                segment: raw.number(at: 40, as: UInt64.self), offset: offset,
                sequence: raw.number(at: 56, as: UInt64.self),
                time: Timestamp(nanoseconds: raw.number(at: 64, as: Int64.self)), tag: JournalTag(raw, at: 72))
            return (head, raw.number(at: 32, as: UInt64.self))
        }
    }
}
