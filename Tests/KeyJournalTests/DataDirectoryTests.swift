// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyCrypto
internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct DataDirectoryTests {
    private func open(_ storage: any Storage, keyPath: String? = nil) throws(JournalError) -> DataDirectory {
        try DataDirectory.open("/data", keyPath: keyPath, storage: storage, now: Opened.start)
    }

    @Test("storage rule 10: directories are 0700, files 0600; the key lies beside the directory")
    func modes() throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        #expect(opened.directory.isNew)
        for directory in ["/data", "/data/journal", "/data/history", "/data/snapshots"] {
            #expect(try storage.status(directory)?.mode == 0o700)
        }
        let files =
            try storage.list("/data/journal").map { "/data/journal/" + $0 } + [
                "/data/STORE", "/data/LOCK", "/data/HEAD",
            ]
        for file in files + ["/data.key"] {
            #expect(try storage.status(file)?.mode == 0o600)
        }
        #expect(storage.contents("/data.key")?.count == 32)
        #expect(try storage.list("/data") == ["HEAD", "LOCK", "STORE", "history", "journal", "snapshots"])
        let again = try open(storage.restarted())
        #expect(!again.isNew)
        #expect(again.storeID == opened.directory.storeID)
        #expect(again.createTime == Opened.start)
    }

    @Test("a store key that is missing, wrong, of another size or open to others refuses to start, and says which")
    func keyFile() throws {
        let storage = SimulatedStorage()
        try Opened(storage).write(1...2)
        func damaged(_ change: (SimulatedStorage) throws -> Void) rethrows -> StartRefusal.Reason? {
            let found = storage.restarted()
            try change(found)
            return reason { () throws(JournalError) in _ = try open(found) }
        }
        #expect(try damaged { try $0.remove("/data.key") } == .keyMissing)
        #expect(damaged { $0.damage("/data.key") { $0[0] ^= 1 } } == .keyWrong)
        #expect(damaged { $0.damage("/data.key") { $0.append(0) } } == .keyWrongSize)
        #expect(damaged { $0.damage("/data.key") { $0.removeLast() } } == .keyWrongSize)
        for mode in [0o640, 0o604, 0o601, 0o620] as [UInt32] {
            let found = try damaged { found in
                let key = try #require(found.contents("/data.key"))
                try found.remove("/data.key")
                try found.open("/data.key", .creating(mode: mode)).write(key, at: 0)
            }
            #expect(found == .keyTooOpen)
        }
        let inside = reason { () throws(JournalError) in _ = try open(storage.restarted(), keyPath: "/data/key") }
        #expect(inside == .keyInside)
        let other = SimulatedStorage()
        _ = try open(other)
        let otherKey = try #require(other.contents("/data.key"))
        #expect(damaged { $0.damage("/data.key") { $0 = otherKey } } == .keyWrong)
    }

    @Test("STORE: every flipped byte is told as damage, every cut too; a newer format is told as such")
    func identity() throws {
        let storage = SimulatedStorage()
        _ = try open(storage)
        for offset in 0..<128 {
            let found = storage.restarted()
            found.damage("/data/STORE") { $0[offset] ^= 0x40 }
            let expected: StartRefusal.Reason = offset < 96 ? .storeDamaged : .keyWrong
            #expect(reason { () throws(JournalError) in _ = try open(found) } == expected)
        }
        let newer = storage.restarted()
        newer.damage("/data/STORE") { bytes in
            bytes[8] = 2
            let checksum = bytes[..<64].withUnsafeBytes { sha256($0) }
            bytes.replaceSubrange(64..<96, with: checksum.bytes)
        }
        #expect(reason { () throws(JournalError) in _ = try open(newer) } == .newerFormat)
        for length in 0..<128 {
            let found = storage.restarted()
            found.damage("/data/STORE") { $0.removeLast(128 - length) }
            #expect(reason { () throws(JournalError) in _ = try open(found) } == .storeDamaged)
        }
    }

    @Test("storage rule 10: a second opening is refused and names the holder's process")
    func locked() throws {
        let storage = SimulatedStorage()
        let first = try open(storage)
        do throws(JournalError) {
            _ = try open(storage)
            Issue.record("two hold one directory")
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            #expect(refusal.reason == .locked)
            #expect(refusal.description.contains("process \(getpid())"))
        }
        withExtendedLifetime(first) {}
    }

    @Test("a directory that is not a store, or has lost its STORE, is not made into a new one")
    func notEmpty() throws {
        let storage = SimulatedStorage()
        try storage.createDirectory("/data", mode: 0o700)
        _ = try storage.open("/data/photo.jpg", .creating(mode: 0o600))
        #expect(reason { () throws(JournalError) in _ = try open(storage) } == .notEmpty)
        let lost = SimulatedStorage()
        try Opened(lost).write(1...2)
        let found = lost.restarted()
        try found.remove("/data/STORE")
        #expect(reason { () throws(JournalError) in _ = try open(found) } == .storeMissing)
        let wide = SimulatedStorage()
        try wide.createDirectory("/data", mode: 0o755)
        #expect(reason { () throws(JournalError) in _ = try open(wide) } == .directoryTooOpen)
    }

    @Test("a first start that loses power at any step is completed by the next", arguments: 0..<8 as Range<UInt64>)
    func firstStart(seed: UInt64) throws {
        let whole = SimulatedStorage()
        _ = try open(whole)
        for operation in 1...whole.operations {
            let storage = SimulatedStorage()
            storage.cutPower(duringOperation: operation)
            _ = try? open(storage)
            let found = storage.crashed(seed: seed &* 31 &+ UInt64(operation))
            let key = found.contents("/data.key")
            let opened = try Opened(found)
            #expect(opened.seen.isEmpty)
            if key != nil { #expect(found.contents("/data.key") == key) }
            let written = try opened.write(1...3)
            #expect(try Opened(found.crashed(seed: seed)).seen == written)
            // The program alone dies, the next start completes it, and then the power goes.
            let killed = storage.restarted()
            #expect(try Opened(killed).write(1...3) == written)
            #expect(try Opened(killed.crashed(seed: seed &* 37 &+ UInt64(operation))).seen == written)
        }
    }
}
