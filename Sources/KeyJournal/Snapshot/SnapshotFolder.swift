// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The `snapshots` directory: the names in it.
struct SnapshotFolder: Sendable {
    let storage: any Storage
    let path: String
    let tagger: RecordTagger
    let storeKeyVersion: UInt32

    /// The one temporary name. Never read but to check what was just written; removed before the next is begun.
    var temporaryPath: String { path + "/snapshot.tmp" }

    func snapshotPath(_ endSequence: UInt64) -> String {
        path + "/" + fileName(endSequence, ".lks")
    }

    /// The end sequences of all that have a snapshot's name, the newest first.
    func snapshots() throws(StorageError) -> [UInt64] {
        guard try storage.status(path) != nil else { return [] }
        return try storage.list(path).compactMap { fileNumber($0, ".lks") }.sorted(by: >)
    }

    func removeTemporary() throws(StorageError) {
        if try storage.status(temporaryPath) != nil { try storage.remove(temporaryPath) }
    }
}
