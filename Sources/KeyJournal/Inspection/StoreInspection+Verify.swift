// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension StoreInspection {
    /// Verifies both slots of `HEAD`, every snapshot and all records from the oldest segment on; `target` takes them, and
    /// refuses those whose bodies are not what their types say.
    package func verify<Target: RecoveryTarget>(
        _ target: Target, progress: (LoadProgress) -> Void = { _ in }
    ) throws(JournalError) -> StoreVerification {
        try steady { () throws(JournalError) in
            var found = StoreVerification()
            var search = SnapshotSearch(snapshots)
            let newest = try verifySnapshots(&found, &search, target, progress)
            try verifyJournal(&found, search, newest, target, progress)
            return found
        }
    }

    /// `HEAD` and the snapshots; gives the newest good one's header.
    private func verifySnapshots<Target: RecoveryTarget>(
        _ found: inout StoreVerification, _ search: inout SnapshotSearch, _ target: Target,
        _ progress: (LoadProgress) -> Void
    ) throws(JournalError) -> SnapshotHeader? {
        let head = try noting(&found) { () throws(JournalError) in try HeadFile.open(journal, .reading) }
        found.isHeadHalf = head?.isHalf ?? false
        try noting(&found) { () throws(JournalError) in try search.look(head) }
        var newest: SnapshotHeader?
        for sequence in try noting(&found, { () throws(JournalError) in try snapshotSequences() }) ?? [] {
            var header: SnapshotHeader?
            var problem: JournalError?
            do throws(JournalError) {
                header = try SnapshotReader.open(snapshots, sequence).header
                if search.candidates.contains(sequence) {
                    if try search.read(sequence, into: target, progress) != nil {
                        newest = newest ?? header
                    } else {
                        problem = search.damaged.last?.fatal
                    }
                }
            } catch {
                if isInUse, error.isMissingFile { throw error }
                problem = error
            }
            if let problem { found.add(problem, stopsStart: false) }
            found.snapshots.append(
                SnapshotFinding(
                    path: snapshots.snapshotPath(sequence), endSequence: sequence, header: header, problem: problem))
        }
        return newest
    }

    /// History and journal in one reading. Where that is more than a start reads, and finds more, what a start would say
    /// is asked too.
    private func verifyJournal<Target: RecoveryTarget>(
        _ found: inout StoreVerification, _ search: SnapshotSearch, _ newest: SnapshotHeader?, _ target: Target,
        _ progress: (LoadProgress) -> Void
    ) throws(JournalError) {
        let files = try noting(&found) { () throws(JournalError) in
            try starting { () throws(StorageError) in (all: try journal.allSegments(), own: try journal.segments()) }
        }
        guard let files else { return }
        (found.journalSegments, found.historySegments) = (files.own.count, files.all.count - files.own.count)
        if let first = files.all.first, let header = try? SegmentHeader.read(first, journal) {
            found.anchor = JournalAnchor(header)
        }
        let isRead = try readAll(files.all, &found, search, newest, target, progress)
        if isRead, newest != nil || files.own.first?.number == 1 {
            // What a start reads is an end of what was read.
            try noting(&found) { () throws(JournalError) in _ = try journal.reader(from: newest, search) }
            return
        }
        let end = try noting(&found) { () throws(JournalError) in
            var (target, begin) = (target, newest?.beginSequence ?? 0)
            var reader = try journal.reader(from: newest, search, isLive: isInUse)
            try reader.readAll(mustBegin: newest == nil) { record in
                if record.sequence > begin { try target.replay(record) }
            }
            return (head: reader.headPoint, torn: reader.report.torn)
        }
        if let end { (found.head, found.torn) = (end.head, end.torn) }
    }

    /// Reads `files`, and takes down the first thing that is wrong with them, if anything is.
    private func readAll<Target: RecoveryTarget>(
        _ files: [SegmentFile], _ found: inout StoreVerification, _ search: SnapshotSearch, _ newest: SnapshotHeader?,
        _ target: Target, _ progress: (LoadProgress) -> Void
    ) throws(JournalError) -> Bool {
        var target = target
        var reader = JournalReader(journal, files, witnesses: search.witnesses, isLive: isInUse)
        defer { (found.records, found.skipped) = (reader.report.records, reader.report.skipped) }
        do throws(JournalError) {
            try reader.readAll(mustBegin: newest == nil, progress) { try target.replay($0) }
            (found.head, found.torn) = (reader.headPoint, reader.report.torn)
            return true
        } catch {
            if isInUse, error.isMissingFile { throw error }
            found.add(error, stopsStart: false)
            return false
        }
    }

    /// Takes down what ends a start; `nil` then.
    @discardableResult
    private func noting<R>(
        _ found: inout StoreVerification, _ step: () throws(JournalError) -> R
    ) throws(JournalError) -> R? {
        do throws(JournalError) {
            return try step()
        } catch {
            if isInUse, error.isMissingFile { throw error }
            found.add(error, stopsStart: true)
            return nil
        }
    }
}
