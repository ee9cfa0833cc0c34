// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import Synchronization

/// A file of SimulatedStorage, open.
final class SimulatedFile: StorageFile {
    let path: String
    private let storage: SimulatedStorage
    private let inode: Int

    init(storage: SimulatedStorage, inode: Int, path: String) {
        self.storage = storage
        self.inode = inode
        self.path = path
    }

    deinit {
        storage.disk.withLock { $0.unlock(inode, holder: ObjectIdentifier(self)) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
        try storage.locked { disk throws(StorageError) in
            try disk.read(inode, path, into: buffer, at: Int(clamping: offset))
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
        try storage.locked { disk throws(StorageError) in
            try disk.write(inode, path, bytes, at: Int(clamping: offset))
        }
    }

    func sync() throws(StorageError) {
        try storage.locked { disk throws(StorageError) in try disk.sync(inode, path) }
    }

    func fullSync() throws(StorageError) {
        try sync()
    }

    func allocate(_ size: UInt64) throws(StorageError) {
        try storage.locked { disk throws(StorageError) in try disk.allocate(inode, path, Int(clamping: size)) }
    }

    func truncate(to size: UInt64) throws(StorageError) {
        try storage.locked { disk throws(StorageError) in try disk.truncate(inode, path, Int(clamping: size)) }
    }

    func size() throws(StorageError) -> UInt64 {
        try storage.locked { disk throws(StorageError) in UInt64(try disk.size(inode, path)) }
    }

    func tryLock() throws(StorageError) -> Bool {
        storage.disk.withLock { $0.lock(inode, holder: ObjectIdentifier(self)) }
    }
}
