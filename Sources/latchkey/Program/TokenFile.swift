// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyJournal

/// A file that holds one token, for its owner only. Under its name it is whole or not there.
final class TokenFile {
    let path: String
    private let storage = PosixStorage()
    /// Where the token is until it is whole. It is written through the descriptor that made it: whoever may change the
    /// directory cannot put a file of his own there.
    private var file: (any StorageFile)?
    var temporary: String { path + ".tmp" }

    init(_ path: String) {
        self.path = path
    }

    func exists() throws(StorageError) -> Bool { try storage.status(path) != nil }

    /// Makes room for a token that there is not yet: what is wrong with the place shows before anything was made. One
    /// that never came into its place may be the only copy of a token, and is left.
    func prepare() throws(StorageError) {
        if let left = try storage.status(temporary), left.size == 0 { try storage.remove(temporary) }
        file = try storage.open(temporary, .creating(mode: 0o600))
    }

    /// When there will be no token.
    func discard() { try? storage.remove(temporary) }

    /// Puts the token where room was made for it.
    ///
    /// - Parameter replacing: Whether a file that is there already gives way. If it may not, and is, the token stays in
    ///   `temporary`: nobody else has it.
    func write(_ token: String, replacing: Bool) throws(StorageError) {
        if file == nil { try prepare() }
        var line: [UInt8] = []
        line.reserveCapacity(token.utf8.count + 1)
        line += token.utf8
        line.append(UInt8(ascii: "\n"))
        defer { line.withUnsafeMutableBytes { cleanse($0) } }
        try file?.write(line, at: 0)
        try file?.fullSync()
        if replacing {
            try storage.rename(temporary, to: path)
        } else {
            try storage.link(temporary, to: path)
            try storage.remove(temporary)
        }
        try storage.syncDirectory(parent)
    }

    private var parent: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
