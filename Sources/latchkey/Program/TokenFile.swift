// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyJournal

/// A file that holds one token, for its owner only. Under its name it is whole or not there.
struct TokenFile {
    let path: String
    private let storage = PosixStorage()
    /// Where the token is until it is whole.
    var temporary: String { path + ".tmp" }

    init(_ path: String) {
        self.path = path
    }

    func exists() throws(StorageError) -> Bool { try storage.status(path) != nil }

    /// Makes room for a token that there is not yet: what is wrong with the place shows before anything was made.
    func prepare() throws(StorageError) {
        if try storage.status(temporary) != nil { try storage.remove(temporary) }
        _ = try storage.open(temporary, .creating(mode: 0o600))
    }

    /// When there will be no token.
    func discard() { try? storage.remove(temporary) }

    /// Puts the token where room was made for it.
    ///
    /// - Parameter replacing: Whether a file that is there already gives way. If it may not, and is, the token stays in
    ///   `temporary`: nobody else has it.
    func write(_ token: String, replacing: Bool) throws(StorageError) {
        let file = try storage.open(temporary, .writing)
        var line: [UInt8] = []
        line.reserveCapacity(token.utf8.count + 1)
        line += token.utf8
        line.append(UInt8(ascii: "\n"))
        defer { line.withUnsafeMutableBytes { cleanse($0) } }
        try file.write(line, at: 0)
        try file.fullSync()
        if replacing {
            try storage.rename(temporary, to: path)
        } else {
            try storage.link(temporary, to: path)
            try storage.remove(temporary)
        }
        try storage.syncDirectory(parent)
    }

    /// Keeps what is there under another name, instead of what that held.
    func setAside(as other: String) throws(StorageError) {
        if try exists() { try storage.rename(path, to: other) }
    }

    private var parent: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
