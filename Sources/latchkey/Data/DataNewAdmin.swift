// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import KeyJournal
internal import KeyStore

struct DataNewAdmin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-admin",
        abstract: "Make an administrator, when nobody has one's token any more.",
        usage: "latchkey data new-admin <directory> [--name <name>] [<options>]",
        discussion: """
            No server may be running: on one that is, the user whom it runs as is an
            administrator through the Unix socket, unless that was switched off. The
            token is written into the file that the first one's was written into,
            beside the directory: DIRECTORY.admin-token. A file that is there is kept,
            with .old, or .old.2 and so on, at the end of its name. The journal tells of
            it like of any other change, and the administrators that there were are
            what they were.

            Run it as the user whom the server runs as.

            Examples:
              latchkey data new-admin ./latchkey-data
              sudo -u latchkey latchkey data new-admin /var/lib/latchkey/data \\
                --store-key /var/lib/latchkey-key/store.key
            """
    )

    /// Who has made it, as the journal has it.
    private static let origin = "new-admin"

    @OptionGroup var options: StoreOptions

    @Option(help: "A name for people.")
    var name = "new administrator"

    func run() async throws {
        // Nothing of a store is for others.
        umask(0o077)
        try checkOwner()
        try options.withStore { store in
            guard store.isInUse else { return }
            throw CommandFailure(
                "\(store.path): a server runs on this store, and nobody is locked out of one through its Unix socket",
                hint:
                    "run `latchkey caller create --role administrator --name NAME` there as the user whom it runs as; "
                    + "if that was switched off (--no-unix-admin), stop it first",
                status: .tryAgain)
        }
        let file = AdministratorFile(besideData: options.directory)
        do {
            let opened = try OpenStore(
                path: options.directory, keyPath: options.storeKey, onFailure: { RunningService.die($0) })
            defer { opened.stop() }
            let id = try await file.makeAdministrator(in: opened.store, name: name, by: Self.origin)
            try show(id, file)
        } catch let error as JournalError {
            throw CommandFailure(error, in: options.directory)
        }
    }

    /// What another user makes here the server could not read.
    private func checkOwner() throws(CommandFailure) {
        var found = stat()
        guard stat(options.directory, &found) == 0, found.st_uid != geteuid() else { return }
        let owner = getpwuid(found.st_uid).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
        throw CommandFailure(
            "\(options.directory) is another user's, and what is made here must be his",
            hint: "run it as that user: sudo -u \(owner ?? "#\(found.st_uid)") latchkey data new-admin ...",
            status: .usage)
    }

    private func show(_ id: String, _ file: AdministratorFile) throws {
        switch options.output {
        case .table:
            var block = RecordBlock()
            block.add("Key", id)
            block.add("Name", name)
            block.add("Token", "in \(file.path)", isWhole: true)
            try StandardOutput.write(block.text(for: .output))
        case .json, .ndjson:
            let object = JSONText.object([
                ("keyId", .text(id)), ("name", .text(name)), ("tokenFile", .text(file.path)),
            ])
            try StandardOutput.writeLine(object.line)
        }
    }
}
