// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Everything this module does to files: a real disk, or a simulated one that can lose power at any step.
///
/// Nothing is durable before it is synced: a file's bytes and size by `StorageFile.sync`, a name (made, changed or
/// removed) by `syncDirectory` of the directory it is in. Paths are the caller's; modes are permission bits.
package protocol Storage: Sendable {
    /// The names in a directory, in ascending order, without "." and "..".
    func list(_ directory: String) throws(StorageError) -> [String]

    /// `nil` when there is nothing at `path`.
    func status(_ path: String) throws(StorageError) -> FileStatus?

    /// Fails when something is there already.
    func createDirectory(_ path: String, mode: UInt32) throws(StorageError)

    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile

    /// In one step, so that there is never neither. What was at `newPath` is replaced.
    func rename(_ path: String, to newPath: String) throws(StorageError)

    /// Gives a file a second name, in another directory of the same file system. Fails when the name is taken.
    func link(_ path: String, to newPath: String) throws(StorageError)

    func remove(_ path: String) throws(StorageError)

    /// What may still be written to the file system that holds `path`, in bytes.
    func availableBytes(_ path: String) throws(StorageError) -> UInt64

    /// Makes the names in the directory durable as they now are.
    func syncDirectory(_ path: String) throws(StorageError)
}

/// How a file is opened.
package enum OpenMode: Sendable, Equatable {
    /// Only to read; it must exist.
    case reading
    /// To read and write; it must exist.
    case writing
    /// To read and write; it must not exist (O_EXCL).
    case creating(mode: UInt32)
    /// To read and write, whether it exists or not.
    case writingOrCreating(mode: UInt32)
}

/// What stands at a path.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case file, directory, other }

    package let kind: Kind
    /// Permission bits, 0 to 0o7777.
    package let mode: UInt32
    /// In bytes.
    package let size: UInt64

    package init(kind: Kind, mode: UInt32, size: UInt64) {
        self.kind = kind
        self.mode = mode
        self.size = size
    }

    /// Whether anyone but the owner may do anything with it.
    package var isOpenToOthers: Bool { mode & 0o077 != 0 }
}

/// An open file. It is closed, and its lock released, when the last reference goes.
package protocol StorageFile: AnyObject, Sendable {
    var path: String { get }

    /// Fills the buffer from `offset`; fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int

    /// All of it, or an error after which what is in the file is not known.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError)

    /// Bytes and size durable (fdatasync). After an error nothing can be said of them, and it is never tried again.
    func sync() throws(StorageError)

    /// The same, and everything else the system keeps of the file (fsync).
    func fullSync() throws(StorageError)

    /// Reserves the disk's space up to `size` bytes and makes the file that long; new bytes are zeros.
    func allocate(_ size: UInt64) throws(StorageError)

    func truncate(to size: UInt64) throws(StorageError)

    func size() throws(StorageError) -> UInt64

    /// `false` when another open file, of this process or another, holds the lock (flock).
    func tryLock() throws(StorageError) -> Bool
}

extension StorageFile {
    /// `count` bytes from `offset`; fewer only at the end of the file.
    package func read(_ count: Int, at offset: UInt64) throws(StorageError) -> [UInt8] {
        var failure: StorageError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(StorageError) {
                initialized = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func write(_ bytes: [UInt8], at offset: UInt64) throws(StorageError) {
        try bytes.withRawBytes { raw throws(StorageError) in try write(raw, at: offset) }
    }
}

extension [UInt8] {
    /// `withUnsafeBytes`, which loses the type of what it throws.
    package func withRawBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try withUnsafeBufferPointer { buffer throws(E) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
