// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal

extension SimulatedDisk {
    func find(_ path: String, _ operation: String) throws(StorageError) -> Int {
        try find(Self.parts(of: path)[...], path, operation)
    }

    func status(_ path: String) throws(StorageError) -> FileStatus? {
        try requirePower("look at", path)
        guard let found = try? find(path, "look at") else { return nil }
        let inode = inodes[found]
        return FileStatus(
            kind: inode.kind == .directory ? .directory : .file, mode: inode.mode,
            size: UInt64(inode.file.visible.count))
    }

    func list(_ path: String) throws(StorageError) -> [String] {
        try requirePower("list", path)
        return inodes[try find(path, "list")].names.visible.keys.sorted()
    }

    mutating func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> Int {
        try requirePower("open", path)
        switch mode {
        case .reading, .writing: return try find(path, "open")
        case .creating(let bits): return try create(path, .file, mode: bits)
        case .writingOrCreating(let bits):
            if let found = try? find(path, "open") { return found }
            return try create(path, .file, mode: bits)
        }
    }

    mutating func create(_ path: String, _ kind: Inode.Kind, mode: UInt32) throws(StorageError) -> Int {
        let (directory, name) = try place(path, "create")
        guard inodes[directory].names.visible[name] == nil else { throw StorageError("create", path, code: EEXIST) }
        let number = freeInodes.last ?? inodes.count
        try perform("create", path) { disk in
            let inode = Inode(kind: kind, mode: mode)
            if disk.freeInodes.popLast() == nil { disk.inodes.append(inode) } else { disk.inodes[number] = inode }
            disk.inodes[directory].names.link(name, number, step: disk.step)
        }
        return number
    }

    /// Only within a directory: all that is ever needed.
    mutating func rename(_ path: String, to newPath: String) throws(StorageError) {
        let (directory, name) = try place(path, "rename")
        let (newDirectory, newName) = try place(newPath, "rename")
        guard directory == newDirectory else { throw StorageError("rename", path, code: EXDEV) }
        let inode = try find(path, "rename")
        try perform("rename", path) { disk in
            if let old = disk.inodes[directory].names.visible[newName] {
                // Two names of one file: POSIX leaves both.
                guard old != inode else { return }
                disk.inodes[old].links -= 1
            }
            disk.inodes[directory].names.rename(name, to: newName, inode, step: disk.step)
        }
    }

    mutating func link(_ path: String, to newPath: String) throws(StorageError) {
        let inode = try find(path, "link")
        let (directory, name) = try place(newPath, "link")
        guard inodes[directory].names.visible[name] == nil else {
            throw StorageError("link", newPath, code: EEXIST)
        }
        try perform("link", path) { disk in
            disk.inodes[inode].links += 1
            disk.inodes[directory].names.link(name, inode, step: disk.step)
        }
    }

    mutating func remove(_ path: String) throws(StorageError) {
        let (directory, name) = try place(path, "remove")
        let inode = try find(path, "remove")
        try perform("remove", path) { disk in
            disk.inodes[inode].links -= 1
            disk.inodes[directory].names.unlink(name, step: disk.step)
        }
    }

    mutating func syncDirectory(_ path: String) throws(StorageError) {
        try sync(try find(path, "sync directory"), path)
    }

    private func place(_ path: String, _ operation: String) throws(StorageError) -> (directory: Int, name: String) {
        let parts = Self.parts(of: path)
        guard let name = parts.last else { throw StorageError(operation, path, code: EINVAL) }
        return (try find(parts.dropLast(), path, operation), name)
    }

    private func find(
        _ parts: ArraySlice<String>, _ path: String, _ operation: String
    ) throws(StorageError) -> Int {
        var inode = 0
        for name in parts {
            guard let next = inodes[inode].names.visible[name] else {
                throw StorageError(operation, path, code: ENOENT)
            }
            inode = next
        }
        return inode
    }

    /// A path's names. By memchr: splitting text by its characters is slow in a debug build, and done for every path.
    private static func parts(of path: String) -> [String] {
        var path = path
        return path.withUTF8 { bytes in
            var parts: [String] = []
            var start = 0
            while start < bytes.count, let base = bytes.baseAddress {
                let slash = memchr(base + start, 0x2F, bytes.count - start).map {
                    UnsafeRawPointer($0) - UnsafeRawPointer(base)
                }
                let end = slash ?? bytes.count
                if start < end { parts.append(String(decoding: bytes[start..<end], as: UTF8.self)) }
                start = end + 1
            }
            return parts
        }
    }
}
