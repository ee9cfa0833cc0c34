// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyCrypto
internal import KeyModel

/// What is where in a data directory, and the steps of opening and making one.
struct DirectoryLayout {
    let storage: any Storage
    let path: String
    let keyPath: String

    var storePath: String { path + "/STORE" }
    var lockPath: String { path + "/LOCK" }
    private var headPath: String { path + "/HEAD" }
    var journalPath: String { path + "/journal" }
    var historyPath: String { path + "/history" }
    var snapshotsPath: String { path + "/snapshots" }

    init(storage: any Storage, path: String, keyPath: String?) throws(JournalError) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.storage = storage
        self.path = path
        self.keyPath = keyPath ?? path + ".key"
        guard !self.keyPath.hasPrefix(path + "/") else {
            throw .refused(
                StartRefusal(
                    .keyInside, self.keyPath, "the store key must not be inside the data directory",
                    advice: "Keep it elsewhere, so that a copy of the data is not a copy of the key."))
        }
    }

    func makeDirectory() throws(JournalError) {
        let found = try starting { () throws(StorageError) -> FileStatus? in
            if let status = try storage.status(path) { return status }
            try storage.createDirectory(path, mode: 0o700)
            return nil
        }
        guard let found else { return }
        guard found.kind == .directory else {
            throw refusal(.notADirectory, path, "this is not a directory", "Name the data directory with --data.")
        }
        guard !found.isOpenToOthers else {
            throw refusal(
                .directoryTooOpen, path, "others than its owner may use the data directory", "Run: chmod 700 \(path)")
        }
    }

    /// The lock, held until the file goes.
    func lock() throws(JournalError) -> any StorageFile {
        let (file, isMine) = try starting { () throws(StorageError) in
            let file = try storage.open(lockPath, .writingOrCreating(mode: 0o600))
            return (file, try file.tryLock())
        }
        guard isMine else {
            let holder = (try? file.read(20, at: 0)).flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
            let who = holder.map { "process \($0)" } ?? "another process"
            throw refusal(
                .locked, path, "\(who) is using this data directory", "Stop it first: a store has one process.")
        }
        // Only to be told to whoever comes second, so not worth a failed start.
        try? file.truncate(to: 0)
        try? file.write(Array(String(getpid()).utf8), at: 0)
        return file
    }

    func identity(_ key: borrowing StoreKey) throws(JournalError) -> StoreIdentity {
        let bytes = try starting { () throws(StorageError) in
            try storage.open(storePath, .reading).read(StoreIdentity.byteCount + 1, at: 0)
        }
        return try bytes.withRawBytes { raw throws(JournalError) in
            try StoreIdentity.decode(raw, file: storePath, key: key, keyPath: keyPath)
        }
    }

    func journal(_ key: borrowing StoreKey, _ identity: StoreIdentity) throws(JournalError) -> JournalFolder {
        do throws(CryptoError) {
            let subkey = try key.subkey(.journal, storeID: identity.storeID.bytes)
            return JournalFolder(
                storage: storage, path: journalPath, historyPath: historyPath, headPath: headPath,
                tagger: RecordTagger(key: subkey, storeID: identity.storeID),
                storeKeyVersion: identity.storeKeyVersion)
        } catch {
            throw .crypto(error)
        }
    }

    func snapshots(_ key: borrowing StoreKey, _ identity: StoreIdentity) throws(JournalError) -> SnapshotFolder {
        do throws(CryptoError) {
            let subkey = try key.subkey(.snapshots, storeID: identity.storeID.bytes)
            return SnapshotFolder(
                storage: storage, path: snapshotsPath, tagger: RecordTagger(key: subkey, storeID: identity.storeID),
                storeKeyVersion: identity.storeKeyVersion)
        } catch {
            throw .crypto(error)
        }
    }

    /// Makes everything that this start found or made durable, the names included: a start that was killed may have
    /// left them without having come to the sync, and from here on records depend on them.
    func settle() throws(JournalError) {
        try starting { () throws(StorageError) in
            try storage.syncDirectory(parentDirectory(path))
            try storage.open(keyPath, .reading).fullSync()
            try storage.syncDirectory(parentDirectory(keyPath))
            try storage.syncDirectory(path)
        }
    }

    /// The same for the names in the store's own folders: two that are not durable may survive a power cut the later
    /// without the earlier, and the journal would have a gap.
    func settleFolders() throws(JournalError) {
        try starting { () throws(StorageError) in
            for folder in [journalPath, snapshotsPath, historyPath] { try storage.syncDirectory(folder) }
        }
    }

    /// Key, `HEAD`, journal with its first segment (only a header), and last of all `STORE`; each durable before the
    /// next.
    func makeStore(now: Timestamp) throws(JournalError) {
        try refuseForeignContents()
        let keyFile = StoreKeyFile(storage: storage, path: keyPath)
        if try starting({ () throws(StorageError) in try storage.status(keyPath) }) == nil { try keyFile.make() }
        let key = try keyFile.read()
        try settle()
        let storeID: StoreID
        do throws(CryptoError) {
            storeID = try StoreID.random()
        } catch {
            throw .crypto(error)
        }
        let identity = StoreIdentity(storeID: storeID, storeKeyVersion: 1, createTime: now)
        let identityBytes = try identity.encoded(key)
        let folder = try journal(key, identity)
        try starting { () throws(StorageError) in
            try makeFirstSegment(folder, now)
            try writeIdentity(identityBytes)
        }
    }

    /// The last thing that a new store gets: from then on it is one.
    func writeIdentity(_ bytes: [UInt8]) throws(StorageError) {
        let temporary = storePath + ".tmp"
        if try storage.status(temporary) != nil { try storage.remove(temporary) }
        let file = try storage.open(temporary, .creating(mode: 0o600))
        try file.write(bytes, at: 0)
        try file.fullSync()
        try storage.rename(temporary, to: storePath)
    }

    func makeFolders() throws(StorageError) {
        for directory in [journalPath, historyPath, snapshotsPath] where try storage.status(directory) == nil {
            try storage.createDirectory(directory, mode: 0o700)
        }
    }

    private func makeFirstSegment(_ folder: JournalFolder, _ now: Timestamp) throws(StorageError) {
        try makeFolders()
        try HeadFile.make(folder, now: now)
        try storage.syncDirectory(path)
        for segment in try folder.segments() { try storage.remove(segment.path) }
        let header = SegmentHeader(
            number: 1, firstSequence: 1, time: now, tags: .start, durableSequence: 0,
            storeKeyVersion: folder.storeKeyVersion)
        let spare = try folder.makeSpare(size: SegmentHeader.byteCount)
        try folder.install(spare, header, records: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Without `STORE` there may be only what an interrupted first start leaves. A journal with records in it is a
    /// store that has lost its identity, and no place for a new one.
    private func refuseForeignContents() throws(JournalError) {
        let leftovers: Set<String> = ["LOCK", "STORE.tmp", "HEAD", "journal", "history", "snapshots"]
        let names = try starting { () throws(StorageError) in try storage.list(path) }
        if let stranger = names.first(where: { !leftovers.contains($0) }) {
            throw refusal(
                .notEmpty, path + "/" + stranger, "the directory is neither empty nor a store",
                "A new store needs an empty directory; if this was a store, restore its file STORE from a backup.")
        }
        guard names.contains("journal") else { return }
        let segments = try starting { () throws(StorageError) in try storage.list(journalPath) }
        for name in segments where name != "spare.tmp" {
            let file = journalPath + "/" + name
            let size = try starting { () throws(StorageError) in try storage.status(file) }?.size ?? 0
            guard name == JournalFolder.segmentName(1), size <= UInt64(SegmentHeader.byteCount) else {
                throw refusal(
                    .storeMissing, storePath, "the file is missing, but there is a journal (\(file))",
                    "Restore STORE from a backup: without it the journal cannot be read.")
            }
        }
    }

    private func refusal(
        _ reason: StartRefusal.Reason, _ file: String, _ what: String, _ advice: String
    ) -> JournalError {
        .refused(StartRefusal(reason, file, what, advice: advice))
    }
}
