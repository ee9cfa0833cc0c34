// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyTesting
internal import Synchronization

/// Reads long files in two halves, and lets something happen in between: once.
final class RacingStorage: Storage {
    private let storage: SimulatedStorage
    private let between: Mutex<(@Sendable () -> Void)?>

    init(_ storage: SimulatedStorage, between: @escaping @Sendable () -> Void) {
        self.storage = storage
        self.between = Mutex(between)
    }

    fileprivate func race() {
        let body = between.withLock { body in
            defer { body = nil }
            return body
        }
        body?()
    }

    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        RacingFile(try storage.open(path, mode), self)
    }

    func list(_ directory: String) throws(StorageError) -> [String] { try storage.list(directory) }
    func status(_ path: String) throws(StorageError) -> FileStatus? { try storage.status(path) }
    func createDirectory(_ path: String, mode: UInt32) throws(StorageError) {
        try storage.createDirectory(path, mode: mode)
    }
    func rename(_ path: String, to newPath: String) throws(StorageError) { try storage.rename(path, to: newPath) }
    func link(_ path: String, to newPath: String) throws(StorageError) { try storage.link(path, to: newPath) }
    func remove(_ path: String) throws(StorageError) { try storage.remove(path) }
    func availableBytes(_ path: String) throws(StorageError) -> UInt64 { try storage.availableBytes(path) }
    func syncDirectory(_ path: String) throws(StorageError) { try storage.syncDirectory(path) }
}

private final class RacingFile: StorageFile {
    private let file: any StorageFile
    private let storage: RacingStorage

    init(_ file: any StorageFile, _ storage: RacingStorage) {
        self.file = file
        self.storage = storage
    }

    var path: String { file.path }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
        // A whole segment, and not only a head.
        guard buffer.count >= 2_048, path.hasSuffix(".lkj") else { return try file.read(into: buffer, at: offset) }
        let half = buffer.count / 2
        let first = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<half]), at: offset)
        storage.race()
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[half...])
        return first + (try file.read(into: rest, at: offset + UInt64(half)))
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
        try file.write(bytes, at: offset)
    }
    func sync() throws(StorageError) { try file.sync() }
    func fullSync() throws(StorageError) { try file.fullSync() }
    func allocate(_ size: UInt64) throws(StorageError) { try file.allocate(size) }
    func truncate(to size: UInt64) throws(StorageError) { try file.truncate(to: size) }
    func size() throws(StorageError) -> UInt64 { try file.size() }
    func tryLock() throws(StorageError) -> Bool { try file.tryLock() }
}
