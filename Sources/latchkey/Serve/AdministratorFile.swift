// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyJournal

/// The file that holds the first administrator's token: beside the data directory, for its owner only.
struct AdministratorFile {
    let path: String

    /// - Parameter data: The data directory.
    init(besideData data: String) {
        var directory = Substring(data)
        while directory.count > 1, directory.last == "/" { directory = directory.dropLast() }
        path = directory + ".admin-token"
    }

    /// Writes a token over whatever there is: under its name the file is whole or not there.
    func write(_ token: String) throws(StorageError) {
        let storage = PosixStorage()
        let temporary = path + ".tmp"
        if try storage.status(temporary) != nil { try storage.remove(temporary) }
        let file = try storage.open(temporary, .creating(mode: 0o600))
        try file.write(Array(token.utf8) + [UInt8(ascii: "\n")], at: 0)
        try file.fullSync()
        try storage.rename(temporary, to: path)
        try storage.syncDirectory(parent)
    }

    private var parent: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
