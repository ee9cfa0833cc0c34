// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A salvage on its way through the segments, which come in order.
struct Salvage<Target: RecoveryTarget> {
    private(set) var target: Target
    var report: SalvageReport
    /// Up to here everything is in the snapshot.
    private var begin: UInt64 = 0
    /// The last record that was taken, or is in the snapshot.
    private var last: UInt64 = 0
    /// The last record that was met, and what the next goes on from.
    private var met: UInt64 = 0
    private var tags = ChainTags.start
    /// The highest sequence that anything says was written.
    private var known: UInt64 = 0

    init(target: Target, report: SalvageReport) {
        self.target = target
        self.report = report
    }

    /// Something says that this record was on disk, and perhaps which one it is.
    mutating func know(_ sequence: UInt64, _ tag: JournalTag?, at time: Timestamp) {
        report.lastTime = max(report.lastTime, time)
        guard sequence >= known, sequence > 0, sequence < .max else { return }
        known = sequence
        if let tag { report.lastTag = tag }
    }

    mutating func pass(segment number: UInt64) {
        if number < .max { report.nextSegment = max(report.nextSegment, number + 1) }
    }

    mutating func begin(with target: Target, _ header: SnapshotHeader) {
        self.target = target
        (report.snapshot, begin, last) = (header, header.beginSequence, header.beginSequence)
        report.lastTime = max(report.lastTime, header.time)
    }

    mutating func noteGap(from file: SegmentFile, to next: SegmentFile, _ folder: JournalFolder) {
        guard next.number - file.number > 1 else { return }
        let count = next.number - file.number - 1
        let what = count == 1 ? "this segment is missing" : "this segment and \(count - 1) after it are missing"
        report.findings.append(
            .init(file: folder.segmentPath(file.number + 1), offset: 0, byteCount: 0, what: what))
    }

    /// Takes the records of a segment that verify and lie below `end`.
    mutating func take(_ scan: SegmentScan, before end: UInt64, _ folder: JournalFolder) {
        if let error = scan.headerError { report.note(error, in: scan.file.path) }
        if let header = scan.header {
            pass(segment: header.number)
            know(header.durableSequence, nil, at: header.time)
            if header.firstSequence > 0 { know(header.firstSequence - 1, header.tags.lastRecord, at: header.time) }
        }
        do throws(JournalError) {
            try scan.read(folder) { part in
                switch part {
                case .record(let record): take(record, scan.file, before: end)
                case .noise(let offset, let byteCount):
                    report.findings.append(
                        .init(
                            file: scan.file.path, offset: UInt64(offset), byteCount: byteCount,
                            what: "these bytes do not verify as records"))
                }
            }
        } catch {
            if scan.headerError == nil { report.note(error, in: scan.file.path) }
        }
    }

    private mutating func take(_ record: JournalRecord, _ file: SegmentFile, before end: UInt64) {
        pass(segment: record.segment)
        guard record.sequence > 0, record.sequence < end else { return }
        know(record.durableSequence, nil, at: record.time)
        if record.type == .mark {
            if record.sequence == met { tags.add(record.tag, isMark: true) }
            return
        }
        guard record.sequence > met, record.sequence < .max else { return }
        let follows = record.previousTag == tags.last || record.previousTag == tags.lastRecord
        if met > 0, record.sequence - 1 == met, !follows {
            note("record \(record.sequence) does not follow the one before it: they are of two histories", record, file)
        }
        know(record.sequence, record.tag, at: record.time)
        met = record.sequence
        tags.add(record.tag, isMark: false)
        guard record.sequence > last else { return }
        if record.sequence - 1 > last { report.missing.append((last + 1)...(record.sequence - 1)) }
        last = record.sequence
        apply(record, file)
    }

    private mutating func apply(_ record: JournalRecord, _ file: SegmentFile) {
        guard record.type.isKnown || record.isCritical else { return }
        do {
            try target.replay(record)
            report.records += 1
        } catch {
            note("record \(record.sequence) verifies but is refused: \(error)", record, file)
            report.missing.append(record.sequence...record.sequence)
        }
    }

    private mutating func note(_ what: String, _ record: JournalRecord, _ file: SegmentFile) {
        report.findings.append(
            .init(file: file.path, offset: UInt64(record.offset), byteCount: record.byteCount, what: what))
    }

    mutating func end() {
        if known > last { report.missing.append((last + 1)...known) }
        report.lastSequence = max(known, last)
    }
}
