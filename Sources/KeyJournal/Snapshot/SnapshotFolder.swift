// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The `snapshots` directory: the names in it.
struct SnapshotFolder: Sendable {
    let storage: any Storage
    let path: String
    let tagger: RecordTagger
    let storeKeyVersion: UInt32

    /// The one temporary name, until what is there has been read again and verified. Removed before the next is begun.
    var temporaryPath: String { path + "/snapshot.tmp" }

    func snapshotPath(_ endSequence: UInt64) -> String {
        path + "/" + fileName(endSequence, ".lks")
    }

    /// The end sequences of all that have a snapshot's name, the newest first.
    func snapshots() throws(StorageError) -> [UInt64] {
        guard try storage.status(path) != nil else { return [] }
        return try storage.list(path).compactMap { fileNumber($0, ".lks") }.sorted(by: >)
    }

    /// Takes snapshots out of the way whose headers cannot be read: what they knew of the journal may no longer hold.
    func setAside(_ endSequences: [UInt64]) throws(StorageError) {
        if endSequences.isEmpty { return }
        for sequence in endSequences {
            try storage.rename(snapshotPath(sequence), to: snapshotPath(sequence) + Self.damagedSuffix)
        }
        try storage.syncDirectory(path)
    }

    /// Removes all but these, and what was set aside.
    func removeAll(but kept: [SnapshotHeader]) throws(StorageError) {
        for sequence in try snapshots() where !kept.contains(where: { $0.endSequence == sequence }) {
            try storage.remove(snapshotPath(sequence))
        }
        for name in try storage.list(path) where name.hasSuffix(Self.damagedSuffix) {
            try storage.remove("\(path)/\(name)")
        }
        try storage.syncDirectory(path)
    }

    private static let damagedSuffix = ".damaged"

    func removeTemporary() throws(StorageError) {
        if try storage.status(temporaryPath) != nil { try storage.remove(temporaryPath) }
    }
}
