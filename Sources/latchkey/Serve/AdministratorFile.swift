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
        var kept: String?
        do {
            return try await store.makeAdministrator(name: name, by: origin) { token in
                let file = TokenFile(path)
                try file.prepare()
                kept = try setAside()
                try file.write(token, replacing: true)
            }
        } catch {
            try? takeBack(kept)
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

    /// Returns what the file that was there is called from now on; `nil` = there was none.
    private func setAside() throws(StorageError) -> String? {
        if try storage.status(path) == nil { return nil }
        for number in 1... {
            let name = path + (number == 1 ? ".old" : ".old.\(number)")
            do throws(StorageError) {
                // A link, so that what has that name already is not replaced.
                try storage.link(path, to: name)
                return name
            } catch  where error.isThereAlready {
                continue
            }
        }
        return nil
    }

    private func takeBack(_ kept: String?) throws(StorageError) {
        guard let kept else { return try storage.remove(path) }
        try storage.rename(kept, to: path)
    }
}
