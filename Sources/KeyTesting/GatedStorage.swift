// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import Synchronization

/// A storage whose syncs a test can hold up, to look at what has not been told yet.
package final class GatedStorage: Storage {
    private let base: any Storage
    fileprivate let gate = Gate()

    package init(_ base: any Storage) {
        self.base = base
    }

    /// From now on every `StorageFile.sync` waits for `open`.
    package func close() { gate.close() }

    package func open() { gate.open() }

    /// Returns when a sync waits at the closed gate.
    package func syncWaits() async { await gate.arrival() }

    package func list(_ directory: String) throws(StorageError) -> [String] { try base.list(directory) }

    package func status(_ path: String) throws(StorageError) -> FileStatus? { try base.status(path) }

    package func createDirectory(_ path: String, mode: UInt32) throws(StorageError) {
        try base.createDirectory(path, mode: mode)
    }

    package func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        GatedFile(try base.open(path, mode), gate)
    }

    package func rename(_ path: String, to newPath: String) throws(StorageError) {
        try base.rename(path, to: newPath)
    }

    package func link(_ path: String, to newPath: String) throws(StorageError) {
        try base.link(path, to: newPath)
    }

    package func remove(_ path: String) throws(StorageError) { try base.remove(path) }

    package func availableBytes(_ path: String) throws(StorageError) -> UInt64 { try base.availableBytes(path) }

    package func syncDirectory(_ path: String) throws(StorageError) { try base.syncDirectory(path) }
}

private final class Gate: Sendable {
    private struct State {
        var isClosed = false
        var waiting = 0
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let opened = ThreadSignal()

    func close() { state.withLock { $0.isClosed = true } }

    func open() {
        state.withLock { $0.isClosed = false }
        opened.wake()
    }

    /// On the journal's own thread, which may block.
    func pass() {
        while true {
            let (isClosed, watchers) = state.withLock { state in
                if !state.isClosed { return (false, [] as [CheckedContinuation<Void, Never>]) }
                state.waiting = 1
                defer { state.watchers = [] }
                return (true, state.watchers)
            }
            for watcher in watchers { watcher.resume() }
            if !isClosed { break }
            opened.wait(milliseconds: nil)
        }
        state.withLock { $0.waiting = 0 }
    }

    func arrival() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting == 0 { state.watchers.append(continuation) }
                return state.waiting > 0
            }
            if isThere { continuation.resume() }
        }
    }
}

private final class GatedFile: StorageFile {
    private let base: any StorageFile
    private let gate: Gate

    init(_ base: any StorageFile, _ gate: Gate) {
        self.base = base
        self.gate = gate
    }

    var path: String { base.path }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageError) -> Int {
        try base.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StorageError) {
        try base.write(bytes, at: offset)
    }

    func sync() throws(StorageError) {
        gate.pass()
        try base.sync()
    }

    func fullSync() throws(StorageError) { try base.fullSync() }

    func allocate(_ size: UInt64) throws(StorageError) { try base.allocate(size) }

    func truncate(to size: UInt64) throws(StorageError) { try base.truncate(to: size) }

    func size() throws(StorageError) -> UInt64 { try base.size() }

    func tryLock() throws(StorageError) -> Bool { try base.tryLock() }
}
