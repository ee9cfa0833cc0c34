// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

/// Every byte of every kind of file flipped, and every file cut at every offset.
@Suite struct DamageTableTests {
    /// What a start makes of a damage.
    private enum Outcome: String, CaseIterable {
        case whole = "all is there"
        case fellBack = "all is there, from the older snapshot"
        case torn = "told as torn"
        case refused = "refused"
        case wrong = "WRONG"
    }

    /// A store of 16 KiB of journal in several segments with two snapshots; the last commit (two records) is not known
    /// to be on disk by anything, everything before it is.
    private struct Sample {
        let storage: SimulatedStorage
        let state: [UInt64: [UInt8]]
        let count: UInt64
        let known: UInt64
        static let segmentBytes = 2_560

        init() throws {
            let storage = SimulatedStorage()
            let opened = try Opened(storage, segmentBytes: Self.segmentBytes)
            var state: [UInt64: [UInt8]] = [:]
            for part in 0..<3 as Range<UInt64> {
                for written in try opened.write((part * 40 + 1)...(part * 40 + 40), perCommit: 4) {
                    state[written.sequence] = written.body
                }
                if part < 2 { try Self.snapshot(opened, state, (part + 1) * 40) }
            }
            try opened.writer.mark()
            for written in try opened.write(121...122, perCommit: 2) { state[written.sequence] = written.body }
            (known, count) = (120, 122)
            self.state = state
            self.storage = storage.restarted()
        }

        private static func snapshot(_ opened: Opened, _ state: [UInt64: [UInt8]], _ end: UInt64) throws {
            var writer = try opened.directory.makeSnapshotWriter(
                SnapshotBeginning(
                    sequence: end, segment: opened.writer.currentSegment, time: Opened.start.advanced(by: .seconds(1))),
                chunkBytes: 600)
            for (sequence, body) in state.sorted(by: { $0.key < $1.key }) {
                try body.withRawBytes { raw in
                    try writer.append(SnapshotEntry(type: .key, revision: sequence, body: raw))
                }
            }
            _ = try writer.finish(endSequence: end, opened.writer)
        }

        /// Opens what the damage left.
        func outcome(_ damaged: SimulatedStorage) -> (Outcome, String) {
            do throws(JournalError) {
                let opened = try Opened(damaged, segmentBytes: Self.segmentBytes)
                var found: [UInt64: [UInt8]] = [:]
                for entry in opened.loaded { found[entry.revision] = entry.body }
                for entry in opened.seen { found[entry.sequence] = entry.body }
                let last = opened.report.lastSequence
                guard last >= known, found == state.filter({ $0.key <= last }) else {
                    return (.wrong, "\(found.count) records up to \(last)")
                }
                if opened.report.torn != nil { return (.torn, "") }
                // A cut at the exact end of a record cannot be told from a journal that was never longer.
                if last < count { return (.torn, "") }
                return (opened.report.damagedSnapshots.isEmpty ? .whole : .fellBack, "")
            } catch {
                switch error {
                case .corrupt, .refused: return (.refused, "")
                case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto:
                    return (.wrong, "\(error)")
                }
            }
        }
    }

    private static let kinds = ["journal", "HEAD", "snapshot", "STORE"]

    private static func files(_ storage: SimulatedStorage, _ kind: String) throws -> [String] {
        switch kind {
        case "journal": try storage.list("/data/journal").filter { $0.hasSuffix(".lkj") }.map { "/data/journal/" + $0 }
        case "snapshot": try storage.list("/data/snapshots").map { "/data/snapshots/" + $0 }
        default: ["/data/" + kind]
        }
    }

    /// What may come of it, and nothing else.
    private static func expected(_ kind: String, _ damage: String) -> Set<Outcome> {
        switch kind {
        case "journal": [.whole, .torn, .refused]
        case "HEAD": damage == "flip" ? [.whole] : [.whole, .refused]
        case "snapshot": [.whole, .fellBack]
        default: [.refused]
        }
    }

    @Test(
        "B12, storage rules 5, 6, 7: no flipped byte and no cut of any file gives a wrong record or a trap",
        arguments: kinds, ["flip", "cut"])
    func table(kind: String, damage: String) async throws {
        let sample = try Sample()
        var counts: [Outcome: Int] = [:]
        var bytes = 0
        for path in try Self.files(sample.storage, kind) {
            for offset in try #require(sample.storage.contents(path)).indices {
                let damaged = sample.storage.restarted()
                damaged.damage(path) { bytes in
                    if damage == "flip" {
                        bytes[offset] ^= 1 << UInt8(offset % 8)
                    } else {
                        bytes.removeLast(bytes.count - offset)
                    }
                }
                let (outcome, detail) = sample.outcome(damaged)
                if outcome == .wrong { Issue.record("\(damage) of \(path) at \(offset): \(detail)") }
                counts[outcome, default: 0] += 1
                bytes += 1
                // So that tests which wait for a server do not wait for this.
                if bytes % 64 == 0 { await Task.yield() }
            }
        }
        let row = Outcome.allCases.compactMap { outcome in counts[outcome].map { "\($0) \(outcome.rawValue)" } }
        print("damage: \(kind), \(damage) at each of \(bytes) bytes: " + row.joined(separator: ", "))
        if kind == "journal" { #expect(bytes >= 16 * 1024) }
        #expect(Set(counts.keys).isSubset(of: Self.expected(kind, damage)))
    }
}
