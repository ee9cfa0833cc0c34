// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import Synchronization

/// Storage in memory that remembers what was synced, so that it can lose power at any step. The same calls and seeds
/// give the same contents.
///
/// Operations that change or sync something are counted, from 1. Any of them can be made to fail with an errno, and one
/// to be the one during which the power goes: from then on everything fails, and `crashed` gives the disk as it is
/// found. Copies share what they have in common, so that a life costs what it changes.
package final class SimulatedStorage: Storage {
    let disk: Mutex<SimulatedDisk>

    /// An empty disk with one directory, "/", of `capacity` bytes for files' contents (`nil`: no end).
    package convenience init(capacity: Int? = nil) {
        var disk = SimulatedDisk()
        disk.capacity = capacity
        self.init(disk)
    }

    private init(_ disk: SimulatedDisk) {
        self.disk = Mutex(disk)
    }

    // MARK: What a test does to it

    /// Operations so far that change or sync something.
    package var operations: Int { disk.withLock { $0.operations } }

    package var capacity: Int? {
        get { disk.withLock { $0.capacity } }
        set { disk.withLock { $0.capacity = newValue } }
    }

    /// Bytes that all files have reserved.
    package var usedBytes: Int { disk.withLock { $0.usedBytes } }

    /// What faults this disk has met, and those it was found or restarted from.
    package var tally: CrashTally { disk.withLock { $0.tally } }

    /// Operation `number` fails with `code` and does nothing; the ones after it work.
    package func fail(operation number: Int, code: Int32) {
        fail(SimulatedFault(operation: number, code: code))
    }

    /// One operation fails; the ones after it work. Faults of different operations add up.
    package func fail(_ fault: SimulatedFault) {
        disk.withLock { $0.faults[fault.operation] = fault }
    }

    /// The power goes during operation `number`, which may or may not happen.
    package func cutPower(duringOperation number: Int) {
        disk.withLock { $0.cut = number }
    }

    /// The disk after a power cut now: what was synced, and of the rest what `seed` says: all, nothing, the first
    /// part, or any sectors (512 bytes) and any names. This one is left as it is.
    package func crashed(seed: UInt64) -> SimulatedStorage {
        SimulatedStorage(disk.withLock { $0.crashed(seed: seed) })
    }

    /// The disk after the program alone died: everything as it was written, and what was not synced is not yet.
    package func restarted() -> SimulatedStorage {
        SimulatedStorage(disk.withLock { $0.restarted() })
    }

    /// A file's bytes, as a reader sees them; `nil` when there is none.
    package func contents(_ path: String) -> [UInt8]? {
        disk.withLock { disk in (try? disk.find(path, "read")).map { disk.inodes[$0].file.visible.array } }
    }

    /// Changes a file's bytes behind everyone's back, durably.
    package func damage(_ path: String, _ change: (inout [UInt8]) -> Void) {
        disk.withLock { disk in
            guard let inode = try? disk.find(path, "damage") else { return }
            disk.damage(inode, change)
        }
    }

    // MARK: Storage

    package func list(_ directory: String) throws(StorageError) -> [String] {
        try locked { disk throws(StorageError) in try disk.list(directory) }
    }

    package func status(_ path: String) throws(StorageError) -> FileStatus? {
        try locked { disk throws(StorageError) in try disk.status(path) }
    }

    package func createDirectory(_ path: String, mode: UInt32) throws(StorageError) {
        try locked { disk throws(StorageError) in _ = try disk.create(path, .directory, mode: mode) }
    }

    package func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        let inode = try locked { disk throws(StorageError) in try disk.open(path, mode) }
        return SimulatedFile(storage: self, inode: inode, path: path)
    }

    package func rename(_ path: String, to newPath: String) throws(StorageError) {
        try locked { disk throws(StorageError) in try disk.rename(path, to: newPath) }
    }

    package func link(_ path: String, to newPath: String) throws(StorageError) {
        try locked { disk throws(StorageError) in try disk.link(path, to: newPath) }
    }

    package func availableBytes(_ path: String) throws(StorageError) -> UInt64 {
        try locked { disk throws(StorageError) in try disk.availableBytes(path) }
    }

    package func remove(_ path: String) throws(StorageError) {
        try locked { disk throws(StorageError) in try disk.remove(path) }
    }

    package func syncDirectory(_ path: String) throws(StorageError) {
        try locked { disk throws(StorageError) in try disk.syncDirectory(path) }
    }

    func locked<R: Sendable>(
        _ body: (inout SimulatedDisk) throws(StorageError) -> sending R
    ) throws(StorageError) -> R {
        try disk.withLock { disk throws(StorageError) in try body(&disk) }
    }
}
