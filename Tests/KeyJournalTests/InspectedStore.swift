// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

/// A store with everything in it that a store has: history, two snapshots, sealed segments and a last one.
struct InspectedStore {
    let storage: SimulatedStorage
    let written: [Seen]

    static let segmentBytes = 1_280

    init() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: Self.segmentBytes)
        var written = try opened.write(1...20, perCommit: 2)
        let first = try opened.snapshot(written)
        written += try opened.write(21...30, perCommit: 2)
        let second = try opened.snapshot(written)
        var kept = KeptSnapshots(first)
        kept.add(second)
        try opened.directory.retire(keeping: kept, historyFrom: Timestamp(nanoseconds: 0))
        written += try opened.write(31...40, perCommit: 2)
        try opened.writer.mark()
        written += try opened.write(41...44, perCommit: 2)
        self.storage = storage.restarted()
        self.written = written
        try #require(paths.count { $0.hasPrefix("/data/history/") } >= 2)
        try #require(paths.count { $0.hasPrefix("/data/journal/") && $0.hasSuffix(".lkj") } >= 3)
        try #require(paths.count { $0.hasPrefix("/data/snapshots/") } == 2)
    }

    /// Of all files that are read.
    var paths: [String] {
        let folders = ["journal", "history", "snapshots"].flatMap { folder in
            ((try? storage.list("/data/\(folder)")) ?? []).map { "/data/\(folder)/\($0)" }
        }
        return ["/data/STORE", "/data/HEAD"] + folders.filter { !$0.hasSuffix(".tmp") }
    }

    /// A copy with something wrong.
    func damaged(_ change: (SimulatedStorage) throws -> Void) rethrows -> SimulatedStorage {
        let damaged = storage.restarted()
        try change(damaged)
        return damaged
    }
}

extension Opened {
    /// A snapshot of everything written so far, as a store would take it down: one record for each.
    func snapshot(_ written: [Seen]) throws -> SnapshotHeader {
        let end = writer.nextSequence - 1
        let beginning = SnapshotBeginning(sequence: end, segment: writer.currentSegment, time: Self.start)
        var snapshot = try directory.makeSnapshotWriter(beginning)
        for seen in written {
            try seen.body.withUnsafeBytes { body in
                try snapshot.append(SnapshotEntry(type: seen.type, revision: seen.sequence, body: body))
            }
        }
        return try snapshot.finish(endSequence: end, writer)
    }
}

/// What a start says; `nil` when it starts.
func startError(_ storage: SimulatedStorage) -> String? {
    do throws(JournalError) {
        _ = try Opened(storage.restarted(), segmentBytes: InspectedStore.segmentBytes)
        return nil
    } catch {
        return error.description
    }
}

func verification(_ storage: SimulatedStorage) throws(JournalError) -> StoreVerification {
    try StoreInspection.open(Opened.path, storage: storage).verify(Gathered())
}
