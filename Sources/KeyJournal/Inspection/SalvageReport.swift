// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What can be read of a damaged store, and exactly what cannot.
package struct SalvageReport: Sendable {
    /// Something that could not be used.
    package struct Finding: Sendable, Equatable {
        package let file: String
        package let offset: UInt64
        /// 0 = it is not known how much.
        package let byteCount: Int
        package let what: String
    }

    package internal(set) var findings: [Finding] = []
    /// Sequences of records that were once written, or must have been, and are in no snapshot and no segment.
    package internal(set) var missing: [ClosedRange<UInt64>] = []
    /// What it begins with; `nil` = there is no good one.
    package internal(set) var snapshot: SnapshotHeader?
    /// Records of the journal behind it.
    package internal(set) var records: UInt64 = 0
    /// The store's last sequence; that record may be missing.
    package internal(set) var lastSequence: UInt64 = 0
    package internal(set) var lastTime: Timestamp
    /// Of the last record there is.
    var lastTag = JournalTag.zero
    /// A segment's number behind all that were found.
    var nextSegment: UInt64 = 2

    package var missingCount: UInt64 { missing.reduce(0) { $0 + UInt64($1.count) } }
    /// What was last written below or at this may not be the last that there was to it.
    package var doubtfulSequence: UInt64 { missing.last?.upperBound ?? 0 }

    mutating func note(_ error: JournalError, in file: String) {
        switch error {
        case .corrupt(let file, let offset, let what, _):
            findings.append(Finding(file: file, offset: offset, byteCount: 0, what: what))
        case .refused(let refusal):
            findings.append(Finding(file: refusal.file, offset: 0, byteCount: 0, what: refusal.what))
        case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto:
            findings.append(Finding(file: file, offset: 0, byteCount: 0, what: "\(error)"))
        }
    }
}

extension StoreInspection {
    /// Reads the newest good snapshot and every record behind it that verifies, wherever it stands, into a copy of
    /// `empty`. Changes nothing.
    ///
    /// A start takes a journal as one chain or not at all. Here a record that verifies is taken although one before it
    /// does not, and a segment although the one before it is gone. What is missing between them may have been anything:
    /// a revocation too.
    package func salvage<Target: RecoveryTarget>(
        into empty: Target, progress: (LoadProgress) -> Void = { _ in }
    ) throws(JournalError) -> (target: Target, report: SalvageReport) {
        var salvage = Salvage(target: empty, report: SalvageReport(lastTime: createTime))
        if let head = readHead(&salvage.report) {
            salvage.know(head.sequence, head.tag, at: head.time)
            salvage.pass(segment: head.segment)
        }
        readNewestSnapshot(&salvage, empty, progress)
        let files = try starting { () throws(StorageError) in try journal.allSegments() }
        let scans = files.map { SegmentScan($0, journal) }
        // What a segment has from where a later one begins is superseded.
        var ends: [UInt64] = []
        var end = UInt64.max
        for scan in scans.reversed() {
            ends.append(end)
            end = min(end, scan.firstSequence ?? end)
        }
        for (index, (scan, end)) in zip(scans, ends.reversed()).enumerated() {
            if index > 0 { salvage.noteGap(from: scans[index - 1].file, to: scan.file, journal) }
            salvage.take(scan, before: end, journal)
            progress(LoadProgress(phase: .journal, done: UInt64(index + 1), total: UInt64(scans.count)))
        }
        salvage.end()
        return (salvage.target, salvage.report)
    }

    private func readHead(_ report: inout SalvageReport) -> JournalHead? {
        do throws(JournalError) {
            return try HeadFile.open(journal, .reading).head
        } catch {
            report.note(error, in: journal.headPath)
            return nil
        }
    }

    private func readNewestSnapshot<Target: RecoveryTarget>(
        _ salvage: inout Salvage<Target>, _ empty: Target, _ progress: (LoadProgress) -> Void
    ) {
        for sequence in (try? snapshotSequences()) ?? [] {
            do throws(JournalError) {
                let header = try SnapshotReader.open(snapshots, sequence).header
                salvage.know(header.anchorSequence, header.anchor, at: header.time)
                if salvage.report.snapshot != nil { continue }
                var search = SnapshotSearch(snapshots)
                if let (target, _) = try search.read(sequence, into: empty, progress) {
                    salvage.begin(with: target, header)
                } else if let error = search.damaged.last?.fatal {
                    throw error
                }
            } catch {
                salvage.report.note(error, in: snapshots.snapshotPath(sequence))
            }
        }
    }
}
