// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyModel
internal import Synchronization

/// A store's directory, locked for this process for as long as the object lives.
///
///     DIR/            0700
///         LOCK        flock, and in it the holder's process id
///         STORE       which store this is (StoreIdentity)
///         HEAD        what of the journal is certainly on disk (HeadFile)
///         journal/    segments that recovery needs, spare.tmp, torn-*.bin
///         snapshots/  the newest two, and one that is being written
///         history/    older segments: the audit trail
///         usage/      the usage log, which KeyUsage keeps
///     DIR.key         the store key, beside the directory: a copy of the data is not a copy of the key
///
/// Files are 0600.
package final class DataDirectory: Sendable {
    package let path: String
    package let keyPath: String
    package let storage: any Storage
    package let storeID: StoreID
    package let storeKeyVersion: UInt32
    package let createTime: Timestamp
    /// Whether this call made the store.
    package let isNew: Bool
    package let key: StoreKey
    let journal: JournalFolder
    let snapshots: SnapshotFolder
    /// Held until `unlock`, or until the directory goes.
    private let lock: Mutex<(any StorageFile)?>

    private init(
        layout: DirectoryLayout, key: consuming StoreKey, identity: StoreIdentity, isNew: Bool, lock: any StorageFile
    ) throws(JournalError) {
        path = layout.path
        keyPath = layout.keyPath
        storage = layout.storage
        storeID = identity.storeID
        storeKeyVersion = identity.storeKeyVersion
        createTime = identity.createTime
        self.isNew = isNew
        self.lock = Mutex(lock)
        journal = try layout.journal(key, identity)
        snapshots = try layout.snapshots(key, identity)
        self.key = key
    }

    /// Lets another process have the directory: nothing of it may be used any more.
    package func unlock() {
        lock.withLock { $0 = nil }
    }

    /// Opens the store in the directory `path`, or makes one if there is nothing in it. `keyPath` is `path` with
    /// ".key" unless given; `now` becomes the creation time. Throws `refused` with what to do about it.
    ///
    /// Making one is safe to interrupt anywhere: `STORE` is the last thing to appear, and what a first start left
    /// behind before it is used (the key) or thrown away (an empty journal) by the next.
    package static func open(
        _ path: String, keyPath: String? = nil, storage: any Storage, now: Timestamp
    ) throws(JournalError) -> DataDirectory {
        let layout = try DirectoryLayout(storage: storage, path: path, keyPath: keyPath)
        try layout.makeDirectory()
        let lock = try layout.lock()
        let isNew = try starting { () throws(StorageError) in try storage.status(layout.storePath) } == nil
        if isNew { try layout.makeStore(now: now) }
        let key = try StoreKeyFile(storage: storage, path: layout.keyPath).read()
        let identity = try layout.identity(key)
        try layout.settle()
        try layout.settleFolders()
        return try DataDirectory(layout: layout, key: key, identity: identity, isNew: isNew, lock: lock)
    }
}
