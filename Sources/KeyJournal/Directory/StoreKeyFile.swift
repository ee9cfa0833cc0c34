// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto

/// The file that holds the store key: exactly 32 raw bytes, for its owner only.
struct StoreKeyFile {
    let storage: any Storage
    let path: String

    /// The key, or what is wrong with its file.
    func read() throws(JournalError) -> StoreKey {
        let status = try starting { () throws(StorageError) in try storage.status(path) }
        guard let status else {
            throw refusal(
                .keyMissing, "the store key is missing",
                "Put it back, or name its file with --store-key: without it nothing in the store can be read.")
        }
        guard status.kind == .file, status.size == UInt64(StoreKey.byteCount) else {
            throw refusal(
                .keyWrongSize, "a store key is a file of exactly \(StoreKey.byteCount) bytes, this has \(status.size)",
                "Put the store's own key there, or name its file with --store-key.")
        }
        guard !status.isOpenToOthers else {
            throw refusal(.keyTooOpen, "others than its owner may use the store key", "Run: chmod 600 \(path)")
        }
        var bytes = try starting { () throws(StorageError) in
            try storage.open(path, .reading).read(StoreKey.byteCount + 1, at: 0)
        }
        defer { bytes.withUnsafeMutableBytes { cleanse($0) } }
        guard let key = StoreKey(bytes: bytes) else {
            throw refusal(.keyWrongSize, "the store key changed while it was read", "Start again.")
        }
        return key
    }

    /// A new random key.
    func make() throws(JournalError) {
        let key: StoreKey
        do throws(CryptoError) {
            key = try StoreKey.random()
        } catch {
            throw .crypto(error)
        }
        try write(key)
    }

    /// Under its own name the file is whole or not there; the caller syncs the directory.
    func write(_ key: borrowing StoreKey) throws(JournalError) {
        let temporary = path + ".tmp"
        do throws(StorageError) {
            if try storage.status(temporary) != nil { try storage.remove(temporary) }
            let file = try storage.open(temporary, .creating(mode: 0o600))
            try key.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
            try file.fullSync()
            try storage.rename(temporary, to: path)
        } catch {
            throw .storage(error)
        }
    }

    private func refusal(_ reason: StartRefusal.Reason, _ what: String, _ advice: String) -> JournalError {
        .refused(StartRefusal(reason, path, what, advice: advice))
    }
}

/// The directory a path is in.
func parentDirectory(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
