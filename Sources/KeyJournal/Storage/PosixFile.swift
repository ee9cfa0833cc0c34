// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file descriptor of the machine's file system.
final class PosixFile: StorageFile {
    let path: String
    private let descriptor: Int32

    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let place = try position(offset, plus: done, "read")
            let count = retrying { pread(descriptor, start + done, buffer.count - done, place) }
            guard count >= 0 else { throw StorageError("read", path, code: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
        guard let start = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let place = try position(offset, plus: done, "write")
            let count = retrying { pwrite(descriptor, start + done, bytes.count - done, place) }
            guard count > 0 else { throw StorageError("write", path, code: count == 0 ? EIO : errno) }
            done += count
        }
    }

    func sync() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw StorageError("sync", path, code: errno) }
    }

    func fullSync() throws(StorageError) {
        guard fsync(descriptor) == 0 else { throw StorageError("sync", path, code: errno) }
    }

    func allocate(_ size: UInt64) throws(StorageError) {
        let length = try position(size, plus: 0, "allocate")
        var code: Int32
        repeat { code = posix_fallocate(descriptor, 0, length) } while code == EINTR
        guard code == 0 else { throw StorageError("allocate", path, code: code) }
    }

    func truncate(to size: UInt64) throws(StorageError) {
        let length = try position(size, plus: 0, "truncate")
        guard retrying({ ftruncate(descriptor, length) }) == 0 else {
            throw StorageError("truncate", path, code: errno)
        }
    }

    func size() throws(StorageError) -> UInt64 {
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw StorageError("look at", path, code: errno) }
        return UInt64(max(0, found.st_size))
    }

    func tryLock() throws(StorageError) -> Bool {
        if retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw StorageError("lock", path, code: errno)
    }

    private func position(_ offset: UInt64, plus done: Int, _ operation: String) throws(StorageError) -> off_t {
        guard let start = off_t(exactly: offset) else { throw StorageError(operation, path, code: EOVERFLOW) }
        let (sum, overflow) = start.addingReportingOverflow(off_t(done))
        guard !overflow else { throw StorageError(operation, path, code: EOVERFLOW) }
        return sum
    }
}
