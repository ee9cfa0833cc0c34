// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore

/// The file that holds an administrator's token whom no caller made: beside the data directory, for its owner only.
struct AdministratorFile {
    let path: String
    private let storage = PosixStorage()

    /// - Parameter data: The data directory.
    init(besideData data: String) {
        var directory = Substring(data)
        while directory.count > 1, directory.last == "/" { directory = directory.dropLast() }
        path = directory + ".admin-token"
    }

    /// Makes an administrator whose token is here, and returns his id. A file that is there may be the only place where
    /// an earlier one's token is: it is kept as `.old`, `.old.2` and so on, and is back in its place if none was made.
    func makeAdministrator(in store: KeyStore, name: String, by origin: String) async throws(CommandFailure) -> String {
        // Of what was here before; `nil` = nothing was touched.
        var before: Before?
        do {
            return try await store.makeAdministrator(name: name, by: origin) { token in
                let file = TokenFile(path)
                try file.prepare()
                before = try setAside()
                try file.write(token, replacing: true)
            }
        } catch {
            try? before.map(takeBack)
            let isInTheWay = (error as? StorageError)?.isThereAlready ?? false
            throw CommandFailure(
                (error as? Refusal)?.message ?? "\(error)",
                hint: isInTheWay
                    ? "it may hold a token that is nowhere else: see what it is, and take it away"
                    : """
                    no administrator was made; his token is to be in \(path): make its directory writable for this \
                    user, with space left, or run `latchkey data new-admin` as one who can write there
                    """,
                status: .refused)
        }
    }

    private enum Before {
        case nothing
        /// The file has this name too.
        case kept(String)
    }

    private func setAside() throws(StorageError) -> Before {
        if try storage.status(path) == nil { return .nothing }
        for number in 1... {
            let name = path + (number == 1 ? ".old" : ".old.\(number)")
            do throws(StorageError) {
                // A link, so that what has that name already is not replaced.
                try storage.link(path, to: name)
                return .kept(name)
            } catch  where error.isThereAlready {
                continue
            }
        }
        return .nothing
    }

    private func takeBack(_ before: Before) throws(StorageError) {
        switch before {
        case .nothing: try storage.remove(path)
        case .kept(let name):
            try storage.rename(name, to: path)
            // Of two names of one file, rename leaves both.
            try? storage.remove(name)
        }
    }
}
