// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal

/// The state behind SimulatedStorage: every file and directory, by number, and the faults to come.
struct SimulatedDisk {
    struct Inode {
        enum Kind { case file, directory, free }

        var kind: Kind
        var mode: UInt32
        /// Names that it has.
        var links = 1
        var file = SimulatedContents()
        var names = SimulatedNames()
    }

    var capacity: Int?
    var faults: [Int: SimulatedFault] = [:]
    /// The operation during which the power goes.
    var cut: Int?
    var operations = 0
    /// The same, but never from 1 again: the order of changes.
    private(set) var step = 0
    var isOff = false
    var tally = CrashTally()
    var inodes = [Inode(kind: .directory, mode: 0o700)]
    /// Numbers of inodes to be used again.
    var freeInodes: [Int] = []
    private var lockHolders: [Int: ObjectIdentifier] = [:]

    var usedBytes: Int {
        var used = 0
        for inode in inodes where inode.links > 0 { used += inode.file.visible.count }
        return used
    }

    func availableBytes(_ path: String) throws(StorageError) -> UInt64 {
        try requirePower("look at", path)
        guard let capacity else { return UInt64(Int.max) }
        return UInt64(max(0, capacity - usedBytes))
    }

    // MARK: Bytes

    func read(
        _ inode: Int, _ path: String, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(StorageError) -> Int {
        try requirePower("read", path)
        return inodes[inode].file.visible.read(into: buffer, at: offset)
    }

    func size(_ inode: Int, _ path: String) throws(StorageError) -> Int {
        try requirePower("read", path)
        return inodes[inode].file.visible.count
    }

    mutating func write(
        _ inode: Int, _ path: String, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(StorageError) {
        try requireSpace(offset + bytes.count - inodes[inode].file.visible.count, "write", path)
        try perform("write", path) { disk, fault in
            let short = UnsafeRawBufferPointer(rebasing: bytes.prefix(fault.shortBytes))
            if short.count > 0 { disk.tally.shortWrites += 1 }
            disk.inodes[inode].file.write(short, at: offset, step: disk.step)
        } body: { disk in
            disk.inodes[inode].file.write(bytes, at: offset, step: disk.step)
        }
    }

    mutating func allocate(_ inode: Int, _ path: String, _ size: Int) throws(StorageError) {
        try resize(inode, path, "allocate", max(size, inodes[inode].file.visible.count))
    }

    mutating func truncate(_ inode: Int, _ path: String, _ size: Int) throws(StorageError) {
        try resize(inode, path, "truncate", size)
    }

    private mutating func resize(
        _ inode: Int, _ path: String, _ operation: String, _ size: Int
    ) throws(StorageError) {
        try requireSpace(size - inodes[inode].file.visible.count, operation, path)
        try perform(operation, path) { disk in
            disk.inodes[inode].file.resize(to: size, step: disk.step)
        }
    }

    /// A sync during which the power goes has synced nothing for certain.
    mutating func sync(_ inode: Int, _ path: String) throws(StorageError) {
        try perform("sync", path) { disk, fault in
            if fault.losesPages { disk.tally.lostPages += disk.inodes[inode].file.losePages() }
        } body: { disk in
            guard !disk.isOff else { return }
            switch disk.inodes[inode].kind {
            case .file: disk.inodes[inode].file.sync()
            case .directory: disk.inodes[inode].names.sync()
            case .free: break
            }
        }
    }

    // MARK: Locks

    mutating func lock(_ inode: Int, holder: ObjectIdentifier) -> Bool {
        if let current = lockHolders[inode] { return current == holder }
        lockHolders[inode] = holder
        return true
    }

    mutating func unlock(_ inode: Int, holder: ObjectIdentifier) {
        if lockHolders[inode] == holder { lockHolders[inode] = nil }
    }

    mutating func unlockAll() { lockHolders = [:] }

    // MARK: Faults

    func requirePower(_ operation: String, _ path: String) throws(StorageError) {
        if isOff { throw StorageError(operation, path, code: EIO) }
    }

    private func requireSpace(_ growth: Int, _ operation: String, _ path: String) throws(StorageError) {
        if let capacity, growth > 0, usedBytes + growth > capacity {
            throw StorageError(operation, path, code: ENOSPC)
        }
    }

    /// Counts an operation, and does it unless it is one that fails. When the power goes during it, it has begun: it is
    /// among what the crash may drop.
    mutating func perform(
        _ operation: String, _ path: String, failing: (inout SimulatedDisk, SimulatedFault) -> Void = { _, _ in },
        body: (inout SimulatedDisk) -> Void
    ) throws(StorageError) {
        try requirePower(operation, path)
        operations += 1
        step += 1
        if !faults.isEmpty, let fault = faults.removeValue(forKey: operations) {
            tally.errors += 1
            failing(&self, fault)
            throw StorageError(operation, path, code: fault.code)
        }
        if operations == cut { isOff = true }
        body(&self)
        try requirePower(operation, path)
    }
}
