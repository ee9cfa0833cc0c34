// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Looks for the newest good snapshot, and gathers on the way what `HEAD` and the snapshots know of the journal.
struct SnapshotSearch {
    private let folder: SnapshotFolder
    private(set) var witnesses: [JournalWitness] = []
    /// Those that could not be used, and what is wrong with them.
    private(set) var damaged: [Damage] = []
    /// Of those, the ones whose headers could not even be read: what they know of the journal is not known.
    private(set) var unreadable: [UInt64] = []
    /// The end sequences of those whose headers verify, the newest first.
    private(set) var candidates: [UInt64] = []

    init(_ folder: SnapshotFolder) {
        self.folder = folder
    }

    /// Reads `HEAD`, unless it could not be opened, and every snapshot's header. Throws only what no other snapshot can
    /// make good.
    mutating func look(_ head: HeadFile?) throws(JournalError) {
        if let head, let known = head.head, known.sequence > 0 {
            witnesses.append(JournalWitness(sequence: known.sequence, tag: known.tag, file: head.path))
        }
        let folder = folder
        for sequence in try starting({ () throws(StorageError) in try folder.snapshots() }) {
            do throws(JournalError) {
                let header = try SnapshotReader.open(folder, sequence).header
                candidates.append(sequence)
                if header.anchorSequence == 0 { continue }
                witnesses.append(
                    JournalWitness(
                        sequence: header.anchorSequence, tag: header.anchor, file: folder.snapshotPath(sequence)))
            } catch {
                damaged.append(try Damage(error, folder.snapshotPath(sequence)))
                unreadable.append(sequence)
            }
        }
    }

    /// Reads the newest into a copy of `empty`; when it is damaged, the one before it, and so on. `nil` = none is good,
    /// or there is none.
    mutating func load<Target: RecoveryTarget>(
        into empty: Target, _ progress: (LoadProgress) -> Void
    ) throws(JournalError) -> (Target, SnapshotHeader?) {
        for sequence in candidates {
            if let (target, header) = try read(sequence, into: empty, progress) { return (target, header) }
        }
        return (empty, nil)
    }

    /// Reads one whole into a copy of `empty`. `nil` = it is damaged.
    mutating func read<Target: RecoveryTarget>(
        _ sequence: UInt64, into empty: Target, _ progress: (LoadProgress) -> Void
    ) throws(JournalError) -> (Target, SnapshotHeader)? {
        var target = empty
        do throws(JournalError) {
            var reader = try SnapshotReader.open(folder, sequence)
            let total = reader.header.keys
            var done: UInt64 = 0
            try reader.readAll { entry in
                try target.load(entry)
                if entry.type == .key { done += 1 }
                if done % 16_384 == 0 { progress(LoadProgress(phase: .snapshot, done: done, total: total)) }
            }
            return (target, reader.header)
        } catch {
            damaged.append(try Damage(error, folder.snapshotPath(sequence)))
            return nil
        }
    }

    /// A snapshot that does not verify, or that the disk does not give.
    struct Damage: Sendable {
        /// For the log, when another one is enough.
        let error: JournalError
        /// When none is.
        let fatal: JournalError

        /// Throws what is no damage: what a newer version wrote.
        init(_ error: JournalError, _ path: String) throws(JournalError) {
            switch error {
            case .corrupt(let file, let offset, let what, _):
                self.error = .corrupt(
                    file: file, offset: offset, what: what,
                    advice: "Nothing needs to be done: what came before it holds the same.")
                fatal = error
            case .storage(let failure):
                self.error = error
                fatal = .damaged(path, 0, "the snapshot cannot be read: \(failure)")
            case .refused, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto: throw error
            }
        }
    }
}
