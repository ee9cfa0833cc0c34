// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

/// What came out of a record, to compare.
struct Seen: Equatable {
    let sequence: UInt64
    let type: RecordType
    let time: Timestamp
    let caller: String
    let peer: String
    let body: [UInt8]

    init(_ record: JournalRecord) {
        sequence = record.sequence
        type = record.type
        time = record.time
        caller = record.caller
        peer = record.peer
        body = Array(record.body)
    }

    init(_ entry: JournalEntry) {
        sequence = entry.sequence
        type = entry.type
        time = entry.time
        caller = entry.caller
        peer = entry.peer
        body = entry.body
    }
}

/// What came out of a snapshot, to compare.
struct Loaded: Equatable {
    let type: RecordType
    let revision: UInt64
    let body: [UInt8]
}

/// Takes everything down.
struct Gathered: RecoveryTarget {
    private(set) var loaded: [Loaded] = []
    private(set) var replayed: [Seen] = []

    mutating func load(_ entry: SnapshotEntry) {
        loaded.append(Loaded(type: entry.type, revision: entry.revision, body: Array(entry.body)))
    }

    mutating func replay(_ record: JournalRecord) {
        if record.type != .mark { replayed.append(Seen(record)) }
    }
}

/// A store in simulated storage, opened and recovered.
struct Opened {
    let directory: DataDirectory
    let writer: JournalWriter
    let report: RecoveryReport
    /// What came from the snapshot, and what from the journal, marks left out.
    let loaded: [Loaded]
    let seen: [Seen]

    static let path = "/data"
    static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    init(_ storage: any Storage, path: String = Opened.path, segmentBytes: Int = 2_048) throws(JournalError) {
        directory = try DataDirectory.open(path, storage: storage, now: Self.start)
        let recovered = try directory.recover(into: Gathered(), now: Self.start, segmentBytes: segmentBytes)
        writer = recovered.writer
        report = recovered.report
        loaded = recovered.target.loaded
        seen = recovered.target.replayed
    }

    /// Appends and commits `sequences`, `perCommit` at a time.
    @discardableResult
    func write(_ sequences: ClosedRange<UInt64>, perCommit: Int = 1) throws(JournalError) -> [Seen] {
        var written: [Seen] = []
        for sequence in sequences {
            let entry = try sampleEntry(sequence)
            try writer.append(entry)
            written.append(Seen(entry))
            if written.count % perCommit == 0 { try writer.commit() }
        }
        try writer.commit()
        return written
    }
}

/// An entry whose contents follow from its sequence, of different lengths.
func sampleEntry(_ sequence: UInt64, bodyBytes: Int? = nil) throws(JournalError) -> JournalEntry {
    let types: [RecordType] = [.key, .account]
    let count = bodyBytes ?? Int(sequence * 7 % 60)
    return try JournalEntry(
        sequence: sequence, type: types[Int(sequence % 2)],
        time: Timestamp(nanoseconds: Opened.start.nanoseconds + Int64(sequence) * 1_000),
        caller: sequence % 3 == 0 ? "" : "caller-\(sequence)",
        peer: sequence % 4 == 0 ? "" : "10.0.0.\(sequence % 256)",
        body: (0..<count).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ sequence) })
}

func segmentPath(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "/data/journal/" + String(repeating: "0", count: 16 - digits.count) + digits + ".lkj"
}

/// Where the records of a segment begin, walked by their lengths.
func recordOffsets(_ bytes: [UInt8]) -> [Int] {
    var offsets: [Int] = []
    var offset = 128
    while offset + 72 <= bytes.count {
        let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        if length == 0 { break }
        offsets.append(offset)
        offset += length
    }
    return offsets
}

func reason(_ body: () throws(JournalError) -> Void) -> StartRefusal.Reason? {
    do throws(JournalError) {
        try body()
        return nil
    } catch {
        guard case .refused(let refusal) = error else { return nil }
        return refusal.reason
    }
}

/// File and offset of the corruption that `body` throws.
func corruption(_ body: () throws(JournalError) -> Void) -> (file: String, offset: UInt64, what: String)? {
    do throws(JournalError) {
        try body()
        return nil
    } catch {
        guard case .corrupt(let file, let offset, let what, let advice) = error, !advice.isEmpty else { return nil }
        return (file, offset, what)
    }
}
