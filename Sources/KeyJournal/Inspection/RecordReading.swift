// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension StoreInspection {
    /// Hands on the records of the journal in order, marks included, until `visit` says that it is enough.
    ///
    /// - Parameters:
    ///   - history: Begin with the oldest segment there is, not with the first that a start needs.
    ///   - sequence: Segments that end at or before it need not be read.
    /// - Returns: the last record that is known to be on disk and the number of records of unknown types that are not
    ///   critical; `nil` when it was enough before the end.
    @discardableResult
    package func readJournal(
        history: Bool, after sequence: UInt64 = 0, progress: (LoadProgress) -> Void = { _ in },
        _ visit: (JournalRecord) throws -> Bool
    ) throws -> (head: JournalHeadPoint, skipped: UInt64)? {
        var visiting = Visiting()
        do throws(JournalError) {
            return try steady { () throws(JournalError) in
                var reader = try recordReader(history: history, after: sequence)
                try reader.readAll(mustBegin: false, progress) { record in try visiting.take(record, visit) }
                return (reader.headPoint, reader.report.skipped)
            }
        } catch {
            if let failure = visiting.failure { throw failure }
            if visiting.isEnough { return nil }
            throw error
        }
    }

    /// Where the records begin that `readJournal` reads with all of history. Throws when they cannot be read.
    package func oldestAnchor() throws(JournalError) -> JournalAnchor {
        try steady { () throws(JournalError) in
            let files = try starting { () throws(StorageError) in try journal.allSegments() }
            guard let first = files.first else {
                throw .damaged(journal.path, 0, "there is no journal segment, though every store has one")
            }
            return JournalAnchor(try SegmentHeader.read(first, journal))
        }
    }

    /// The end sequences of all snapshots, the newest first.
    package func snapshotSequences() throws(JournalError) -> [UInt64] {
        try starting { () throws(StorageError) in try snapshots.snapshots() }
    }

    /// The end sequence in a snapshot's file name; `nil` when it is none.
    package static func snapshotSequence(named name: String) -> UInt64? {
        fileNumber(name, ".lks")
    }

    /// Hands on the records of a snapshot until `visit` says that it is enough.
    package func readSnapshot(_ endSequence: UInt64, _ visit: (SnapshotEntry) throws -> Bool) throws -> SnapshotHeader {
        var (isEnough, failure): (Bool, (any Error)?) = (false, nil)
        var reader = try SnapshotReader.open(snapshots, endSequence)
        do {
            try reader.readAll { entry in
                do {
                    if try visit(entry) { return }
                    isEnough = true
                } catch {
                    failure = error
                }
                throw Enough()
            }
        } catch {
            if let failure { throw failure }
            if !isEnough { throw error }
        }
        return reader.header
    }

    private func recordReader(history: Bool, after sequence: UInt64) throws(JournalError) -> JournalReader {
        var search = SnapshotSearch(snapshots)
        // What is wrong with a snapshot is not the journal's fault.
        let head = try HeadFile.open(journal, .reading)
        do throws(JournalError) {
            try search.look(head)
        } catch {
            if isInUse, error.isMissingFile { throw error }
        }
        let files = try starting { () throws(StorageError) in
            history ? try journal.allSegments() : try journal.segments()
        }
        let next = files.dropFirst().prefix { file in
            guard let header = try? SegmentHeader.read(file, journal) else { return false }
            return header.firstSequence &- 1 <= sequence
        }
        return JournalReader(
            journal, Array(files.dropFirst(next.count)), witnesses: search.witnesses, isLive: isInUse)
    }
}

/// Ends a reading from within; never seen outside.
private struct Enough: Error {}

/// A visit of records that may begin again, but hands on each record once.
private struct Visiting {
    private(set) var isEnough = false
    private(set) var failure: (any Error)?
    private var last: (segment: UInt64, offset: Int) = (0, 0)

    mutating func take(_ record: JournalRecord, _ visit: (JournalRecord) throws -> Bool) throws {
        if (record.segment, record.offset) <= last { return }
        last = (record.segment, record.offset)
        do {
            if try visit(record) { return }
            isEnough = true
        } catch {
            failure = error
        }
        throw Enough()
    }
}

extension JournalTag {
    /// Reads what `description` writes; `nil` for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 2 * Self.byteCount, text.utf8.allSatisfy({ $0 < 0x80 }),
            let first = UInt64(text.prefix(16), radix: 16), let second = UInt64(text.dropFirst(16), radix: 16)
        else { return nil }
        let bytes = withUnsafeBytes(of: (first.bigEndian, second.bigEndian)) { Array($0) }
        self = bytes.withUnsafeBytes { JournalTag($0, at: 0) }
    }
}
