// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyCrypto
package import KeyModel

/// A store's directory, opened to be looked at. Nothing in it is made, changed or locked: a store may be at rest, or
/// in use by another process.
///
/// Everything that is read is judged by what a start judges it by. What another process has not finished writing looks
/// like the end of a journal that was being written when the power went, and is reported as such.
package final class StoreInspection: Sendable {
    package let path: String
    package let keyPath: String
    package let storeID: StoreID
    package let storeKeyVersion: UInt32
    package let createTime: Timestamp
    /// Whether a process held the lock when this was opened.
    package let isInUse: Bool
    let layout: DirectoryLayout
    let key: StoreKey
    let identity: StoreIdentity
    let journal: JournalFolder
    let snapshots: SnapshotFolder

    /// Opens the store in the directory `path`, which must be one. `keyPath` is `path` with ".key" unless given. Throws
    /// `refused` with what to do about it.
    package static func open(
        _ path: String, keyPath: String? = nil, storage: any Storage = PosixStorage()
    ) throws(JournalError) -> StoreInspection {
        let layout = try DirectoryLayout(storage: storage, path: path, keyPath: keyPath)
        let (found, store) = try starting { () throws(StorageError) in
            (try storage.status(layout.path), try storage.status(layout.storePath))
        }
        guard let found, found.kind == .directory else {
            throw .refused(
                StartRefusal(
                    .notADirectory, layout.path,
                    found == nil ? "there is no such directory" : "this is not a directory",
                    advice: "Name the directory that `latchkey serve --data` has."))
        }
        guard store != nil else {
            throw .refused(
                StartRefusal(
                    .storeMissing, layout.storePath, "the file is missing: this is no store, or one that has lost it",
                    advice: "Name the directory that `latchkey serve --data` has, or restore the file from a backup."))
        }
        let isInUse = try layout.isLocked()
        let key = try StoreKeyFile(storage: storage, path: layout.keyPath).read()
        let identity = try layout.identity(key)
        return try StoreInspection(layout, key, identity, isInUse: isInUse)
    }

    private init(
        _ layout: DirectoryLayout, _ key: consuming StoreKey, _ identity: StoreIdentity, isInUse: Bool
    ) throws(JournalError) {
        path = layout.path
        keyPath = layout.keyPath
        storeID = identity.storeID
        storeKeyVersion = identity.storeKeyVersion
        createTime = identity.createTime
        self.isInUse = isInUse
        self.layout = layout
        self.identity = identity
        journal = try layout.journal(key, identity)
        snapshots = try layout.snapshots(key, identity)
        self.key = key
    }

    /// Runs a reading; again when the store's process has moved or removed a file between its being listed and its
    /// being opened.
    func steady<R>(_ reading: () throws(JournalError) -> R) throws(JournalError) -> R {
        if isInUse {
            for _ in 0..<Limits.inspectionAttempts {
                do throws(JournalError) {
                    return try reading()
                } catch {
                    guard error.isMissingFile else { throw error }
                }
            }
        }
        return try reading()
    }
}

extension JournalError {
    var isMissingFile: Bool {
        if case .storage(let error) = self { error.code == ENOENT } else { false }
    }
}

extension DirectoryLayout {
    /// Whether a process has the directory. The lock is held for the moment of asking: a start in that moment is refused.
    fileprivate func isLocked() throws(JournalError) -> Bool {
        try starting { () throws(StorageError) in
            guard try storage.status(lockPath) != nil else { return false }
            return try !storage.open(lockPath, .reading).tryLock()
        }
    }
}
