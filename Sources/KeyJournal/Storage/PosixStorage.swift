// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The machine's file system.
package struct PosixStorage: Storage {
    package init() {}

    package func list(_ directory: String) throws(StorageError) -> [String] {
        guard let stream = opendir(directory) else { throw StorageError("list", directory, code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw StorageError("list", directory, code: errno) }
                return names.sorted()
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    package func status(_ path: String) throws(StorageError) -> FileStatus? {
        var found = stat()
        guard stat(path, &found) == 0 else {
            if errno == ENOENT { return nil }
            throw StorageError("look at", path, code: errno)
        }
        return FileStatus(found)
    }

    package func createDirectory(_ path: String, mode: UInt32) throws(StorageError) {
        guard mkdir(path, mode_t(mode)) == 0 else { throw StorageError("create directory", path, code: errno) }
    }

    package func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        let descriptor: Int32
        switch mode {
        case .reading: descriptor = retrying { Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        case .writing: descriptor = retrying { Glibc.open(path, O_RDWR | O_CLOEXEC) }
        case .creating(let bits):
            descriptor = retrying { Glibc.open(path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, mode_t(bits)) }
        case .writingOrCreating(let bits):
            descriptor = retrying { Glibc.open(path, O_RDWR | O_CLOEXEC | O_CREAT, mode_t(bits)) }
        }
        guard descriptor >= 0 else { throw StorageError("open", path, code: errno) }
        return PosixFile(path: path, descriptor: descriptor)
    }

    package func rename(_ path: String, to newPath: String) throws(StorageError) {
        guard Glibc.rename(path, newPath) == 0 else {
            throw StorageError("rename to \(newPath)", path, code: errno)
        }
    }

    package func link(_ path: String, to newPath: String) throws(StorageError) {
        guard Glibc.link(path, newPath) == 0 else { throw StorageError("link to \(newPath)", path, code: errno) }
    }

    package func availableBytes(_ path: String) throws(StorageError) -> UInt64 {
        var found = statvfs()
        guard statvfs(path, &found) == 0 else { throw StorageError("look at", path, code: errno) }
        let (bytes, overflow) = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
        return overflow ? .max : bytes
    }

    package func remove(_ path: String) throws(StorageError) {
        guard unlink(path) == 0 else { throw StorageError("remove", path, code: errno) }
    }

    package func syncDirectory(_ path: String) throws(StorageError) {
        let descriptor = retrying { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw StorageError("open directory", path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError("sync directory", path, code: errno) }
    }
}

/// Calls again what a signal interrupted. Not for fsync: a sync that fails is never tried again.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

extension FileStatus {
    fileprivate init(_ found: stat) {
        let kind: Kind =
            switch found.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        self.init(kind: kind, mode: UInt32(found.st_mode & 0o7777), size: UInt64(max(0, found.st_size)))
    }
}
