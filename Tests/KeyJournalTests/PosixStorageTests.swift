// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal
internal import KeyModel
internal import Testing

@Suite struct PosixStorageTests {
    @Test("storage rule 11: the real disk gives what the simulated one does, with real modes")
    func roundTrip() throws {
        try withTemporaryDirectory { root in
            let path = root + "/store"
            let written = try Opened(PosixStorage(), path: path).write(1...60, perCommit: 3)
            let opened = try Opened(PosixStorage(), path: path + "/")
            #expect(opened.seen == written)
            #expect(opened.report.rewritten == 3)
            let storage = PosixStorage()
            for directory in [path, path + "/journal"] {
                let status = try #require(try storage.status(directory))
                #expect(status.kind == .directory)
                #expect(status.mode == 0o700)
            }
            for file in ["/STORE", "/LOCK", "/journal/spare.tmp", ".key"].map({ path + $0 }) {
                #expect(try storage.status(file)?.mode == 0o600)
            }
            #expect(try storage.status(path + ".key")?.size == 32)
        }
    }

    @Test("storage rule 10: a store has one process: the lock is refused while another open file holds it")
    func lock() throws {
        try withTemporaryDirectory { root in
            let first = try DataDirectory.open(root + "/store", storage: PosixStorage(), now: Opened.start)
            let refused = reason { () throws(JournalError) in
                _ = try DataDirectory.open(root + "/store", storage: PosixStorage(), now: Opened.start)
            }
            #expect(refused == .locked)
            withExtendedLifetime(first) {}
        }
        try withTemporaryDirectory { root in
            for _ in 0..<2 {
                _ = try DataDirectory.open(root + "/store", storage: PosixStorage(), now: Opened.start)
            }
        }
    }

    @Test("a store key that others may read refuses to start")
    func keyMode() throws {
        try withTemporaryDirectory { root in
            _ = try DataDirectory.open(root + "/store", storage: PosixStorage(), now: Opened.start)
            chmod(root + "/store.key", 0o644)
            let refused = reason { () throws(JournalError) in
                _ = try DataDirectory.open(root + "/store", storage: PosixStorage(), now: Opened.start)
            }
            #expect(refused == .keyTooOpen)
        }
    }

    @Test("errors carry operation, path, errno and words")
    func errors() throws {
        do throws(StorageError) {
            _ = try PosixStorage().open("/nowhere/at/all", .reading)
            Issue.record("opened nothing")
        } catch {
            #expect(error == StorageError("open", "/nowhere/at/all", code: ENOENT))
            #expect(error.description == "open /nowhere/at/all: No such file or directory (errno 2)")
        }
    }

    private func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/latchkey-journal-XXXXXX".utf8CString)
        let root = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { removeTree(root) }
        try body(root)
    }

    private func removeTree(_ path: String) {
        let storage = PosixStorage()
        for name in (try? storage.list(path)) ?? [] { removeTree(path + "/" + name) }
        remove(path)
    }
}
