// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal

/// The state behind SimulatedStorage: for every file and directory what is visible, what is durable, and the changes
/// between the two in the order they were made.
struct SimulatedDisk {
    enum Fault {
        case error(operation: Int, code: Int32)
        case powerCut(operation: Int)
    }

    private enum Change {
        case write(offset: Int, bytes: [UInt8])
        case resize(Int)
        case link(String, Int)
        case unlink(String)
        case rename(String, to: String, Int)
    }

    /// A file's bytes or a directory's names.
    private struct Contents {
        var bytes: [UInt8] = []
        var names: [String: Int] = [:]

        mutating func apply(_ change: Change) {
            switch change {
            case .write(let offset, let new):
                let end = min(offset + new.count, bytes.count)
                if offset < end { bytes.replaceSubrange(offset..<end, with: new.prefix(end - offset)) }
            case .resize(let size):
                bytes = size < bytes.count ? Array(bytes[..<size]) : bytes
                bytes += repeatElement(0, count: size - bytes.count)
            case .link(let name, let inode): names[name] = inode
            case .unlink(let name): names[name] = nil
            case .rename(let old, let new, let inode):
                if names[old] == inode { names[old] = nil }
                names[new] = inode
            }
        }
    }

    private struct Inode {
        var isDirectory: Bool
        var mode: UInt32
        var visible = Contents()
        var durable = Contents()
        var pending: [Change] = []
        /// Names that it has.
        var links = 1
        var lockHolder: ObjectIdentifier?

        mutating func apply(_ change: Change) {
            visible.apply(change)
            pending.append(change)
        }

        mutating func sync() {
            for change in pending { durable.apply(change) }
            pending = []
        }
    }

    var capacity: Int?
    var fault: Fault?
    private(set) var operations = 0
    private var isOff = false
    private var inodes = [0: Inode(isDirectory: true, mode: 0o700)]
    private var nextInode = 1

    var usedBytes: Int { inodes.values.reduce(0) { $0 + ($1.links > 0 ? $1.visible.bytes.count : 0) } }

    func bytes(of inode: Int) -> [UInt8] { inodes[inode]?.visible.bytes ?? [] }

    mutating func damage(_ inode: Int, _ change: (inout [UInt8]) -> Void) {
        guard var found = inodes[inode] else { return }
        found.sync()
        change(&found.visible.bytes)
        found.durable = found.visible
        inodes[inode] = found
    }

    // MARK: Names

    func find(_ path: String, _ operation: String) throws(StorageError) -> Int {
        var inode = 0
        for name in path.split(separator: "/") {
            guard let next = inodes[inode]?.visible.names[String(name)] else {
                throw StorageError(operation, path, code: ENOENT)
            }
            inode = next
        }
        return inode
    }

    func status(_ path: String) throws(StorageError) -> FileStatus? {
        try requirePower("look at", path)
        guard let found = try? find(path, "look at"), let inode = inodes[found] else { return nil }
        return FileStatus(
            kind: inode.isDirectory ? .directory : .file, mode: inode.mode, size: UInt64(inode.visible.bytes.count))
    }

    func list(_ path: String) throws(StorageError) -> [String] {
        try requirePower("list", path)
        return inodes[try find(path, "list")]?.visible.names.keys.sorted() ?? []
    }

    mutating func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> Int {
        try requirePower("open", path)
        let found = try? find(path, "open")
        switch mode {
        case .reading, .writing: return try find(path, "open")
        case .creating(let bits): return try create(path, isDirectory: false, mode: bits)
        case .writingOrCreating(let bits):
            if let found { return found }
            return try create(path, isDirectory: false, mode: bits)
        }
    }

    mutating func create(_ path: String, isDirectory: Bool, mode: UInt32) throws(StorageError) -> Int {
        let (directory, name) = try place(path, "create")
        guard inodes[directory]?.visible.names[name] == nil else { throw StorageError("create", path, code: EEXIST) }
        let inode = nextInode
        try perform("create", path) { disk in
            disk.nextInode += 1
            disk.inodes[inode] = Inode(isDirectory: isDirectory, mode: mode)
            disk.inodes[directory]?.apply(.link(name, inode))
        }
        return inode
    }

    /// Only within a directory: all that is ever needed.
    mutating func rename(_ path: String, to newPath: String) throws(StorageError) {
        let (directory, name) = try place(path, "rename")
        let (newDirectory, newName) = try place(newPath, "rename")
        guard directory == newDirectory else { throw StorageError("rename", path, code: EXDEV) }
        let inode = try find(path, "rename")
        try perform("rename", path) { disk in
            if let old = disk.inodes[directory]?.visible.names[newName] { disk.inodes[old]?.links -= 1 }
            disk.inodes[directory]?.apply(.rename(name, to: newName, inode))
        }
    }

    mutating func link(_ path: String, to newPath: String) throws(StorageError) {
        let inode = try find(path, "link")
        let (directory, name) = try place(newPath, "link")
        guard inodes[directory]?.visible.names[name] == nil else { throw StorageError("link", newPath, code: EEXIST) }
        try perform("link", path) { disk in
            disk.inodes[inode]?.links += 1
            disk.inodes[directory]?.apply(.link(name, inode))
        }
    }

    func availableBytes(_ path: String) throws(StorageError) -> UInt64 {
        try requirePower("look at", path)
        return UInt64(max(0, (capacity ?? .max) - usedBytes))
    }

    mutating func remove(_ path: String) throws(StorageError) {
        let (directory, name) = try place(path, "remove")
        let inode = try find(path, "remove")
        try perform("remove", path) { disk in
            disk.inodes[inode]?.links -= 1
            disk.inodes[directory]?.apply(.unlink(name))
        }
    }

    mutating func syncDirectory(_ path: String) throws(StorageError) {
        try sync(try find(path, "sync directory"), path)
    }

    private func place(_ path: String, _ operation: String) throws(StorageError) -> (directory: Int, name: String) {
        var parts = path.split(separator: "/")
        guard let name = parts.popLast() else { throw StorageError(operation, path, code: EINVAL) }
        return (try find(parts.joined(separator: "/"), operation), String(name))
    }

    // MARK: Bytes

    func read(_ inode: Int, _ path: String) throws(StorageError) -> [UInt8] {
        try requirePower("read", path)
        return bytes(of: inode)
    }

    mutating func write(_ inode: Int, _ path: String, _ bytes: [UInt8], at offset: Int) throws(StorageError) {
        let end = offset + bytes.count
        let size = self.bytes(of: inode).count
        try requireSpace(end - size, "write", path)
        try perform("write", path) { disk in
            if end > size { disk.inodes[inode]?.apply(.resize(end)) }
            disk.inodes[inode]?.apply(.write(offset: offset, bytes: bytes))
        }
    }

    mutating func resize(_ inode: Int, _ path: String, _ operation: String, _ size: Int) throws(StorageError) {
        try requireSpace(size - bytes(of: inode).count, operation, path)
        try perform(operation, path) { $0.inodes[inode]?.apply(.resize(size)) }
    }

    /// A sync during which the power goes has synced nothing for certain.
    mutating func sync(_ inode: Int, _ path: String) throws(StorageError) {
        try perform("sync", path) { disk in
            if !disk.isOff { disk.inodes[inode]?.sync() }
        }
    }

    // MARK: Locks

    mutating func lock(_ inode: Int, holder: ObjectIdentifier) -> Bool {
        if let current = inodes[inode]?.lockHolder { return current == holder }
        inodes[inode]?.lockHolder = holder
        return true
    }

    mutating func unlock(_ inode: Int, holder: ObjectIdentifier) {
        if inodes[inode]?.lockHolder == holder { inodes[inode]?.lockHolder = nil }
    }

    // MARK: Faults

    private func requirePower(_ operation: String, _ path: String) throws(StorageError) {
        if isOff { throw StorageError(operation, path, code: EIO) }
    }

    private func requireSpace(_ growth: Int, _ operation: String, _ path: String) throws(StorageError) {
        if let capacity, growth > 0, usedBytes + growth > capacity {
            throw StorageError(operation, path, code: ENOSPC)
        }
    }

    /// Counts an operation, and does it unless it is the one that fails. When the power goes during it, it has begun:
    /// it is among what the crash may drop.
    private mutating func perform(
        _ operation: String, _ path: String, _ body: (inout SimulatedDisk) -> Void
    ) throws(StorageError) {
        try requirePower(operation, path)
        operations += 1
        switch fault {
        case .error(operations, let code)?: throw StorageError(operation, path, code: code)
        case .powerCut(operations)?: isOff = true
        case .error, .powerCut, nil: break
        }
        body(&self)
        try requirePower(operation, path)
    }

    // MARK: What is found afterwards

    func restarted() -> SimulatedDisk {
        var found = self
        found.isOff = false
        found.fault = nil
        found.operations = 0
        for inode in found.inodes.keys { found.inodes[inode]?.lockHolder = nil }
        return found
    }

    func crashed(_ random: inout SplitMix64) -> SimulatedDisk {
        var found = restarted()
        for number in inodes.keys.sorted() {
            guard var inode = inodes[number] else { continue }
            inode.lockHolder = nil
            for change in Self.survivors(inode.pending, &random) { inode.durable.apply(change) }
            inode.visible = inode.durable
            inode.pending = []
            found.inodes[number] = inode
        }
        let names = found.names(from: 0)
        found.inodes = found.inodes.filter { names[$0.key] != nil }
        for (inode, count) in names { found.inodes[inode]?.links = count }
        return found
    }

    /// How many names everything has that can be reached from a directory, itself included.
    private func names(from directory: Int) -> [Int: Int] {
        var all = [directory: 1]
        for child in (inodes[directory]?.visible.names ?? [:]).values {
            if inodes[child]?.isDirectory == true {
                all.merge(names(from: child), uniquingKeysWith: +)
            } else {
                all[child, default: 0] += 1
            }
        }
        return all
    }

    /// Which of the changes that were not synced are found: none, all, the first few, or any of them and of their
    /// sectors, each by a coin.
    private static func survivors(_ changes: [Change], _ random: inout SplitMix64) -> [Change] {
        switch random.next() % 4 {
        case 0: return []
        case 1: return changes
        case 2: return Array(changes.prefix(Int(random.next() % UInt64(changes.count + 1))))
        default: return changes.flatMap(sectors).filter { _ in random.next() % 2 == 0 }
        }
    }

    /// A write as the sectors it touches; anything else as it is.
    private static func sectors(_ change: Change) -> [Change] {
        guard case .write(let offset, let bytes) = change else { return [change] }
        var parts: [Change] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 512 - (offset + start) % 512)
            parts.append(.write(offset: offset + start, bytes: Array(bytes[start..<end])))
            start = end
        }
        return parts
    }
}

/// A small generator whose sequence is the same everywhere (Steele, Lea and Flood, 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
