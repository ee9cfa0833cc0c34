// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyWire

/// The file that holds an administrator's token whom no caller made: beside the data directory, for its owner only.
struct AdministratorFile {
    let path: String

    /// - Parameter data: The data directory.
    init(besideData data: String) {
        var directory = Substring(data)
        while directory.count > 1, directory.last == "/" { directory = directory.dropLast() }
        path = directory + ".admin-token"
    }

    /// What an earlier administrator's file is called from then on: it may be the only place where his token is.
    var old: String { path + ".old" }

    /// Writes a token, and keeps the file that there was as `old`. From then on the token is in the file alone, and
    /// overwritten in memory.
    func write(_ token: String) throws(StorageError) {
        defer { token.cleanse() }
        let file = TokenFile(path)
        try file.prepare()
        try file.setAside(as: old)
        try file.write(token, replacing: true)
    }
}
