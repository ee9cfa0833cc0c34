// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyStore

struct DataVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify everything a store has on disk.",
        usage: "latchkey data verify <directory> [--salvage <new directory>] [<options>]",
        discussion: """
            Reads both slots of HEAD, every snapshot, and all records from the
            oldest segment on, and judges them as a start would; it changes nothing,
            and a server may be running. An end that a power cut left torn is told
            and is no damage. Exit status 0 when the store is whole, 1 when it is
            damaged: the first bad record is named by file and offset, and what
            --salvage would keep and lose.

            --salvage writes a new store into a new directory: the newest good
            snapshot, and every record behind it that verifies. It has the same id,
            revisions go on where they were, and the store key is copied beside it,
            so that the secrets that were handed out go on working. What is missing
            is said exactly: it may have been a revocation. The damaged directory
            is left as it is, and so is the history in it: keep it. Exit status 0
            when the new store is written.

            Examples:
              latchkey data verify ./latchkey-data
              latchkey data verify ./latchkey-data -o json
              latchkey data verify ./latchkey-data --salvage ./salvaged
            """
    )

    @OptionGroup var options: StoreOptions

    @Option(
        help: .init("Write what verifies into a new store in this directory.", valueName: "new directory"),
        completion: .directory)
    var salvage: String?

    func run() async throws {
        try options.withStore { store in
            if salvage != nil, store.isInUse {
                throw CommandFailure(
                    "\(store.path): a process is using this store", hint: "stop it before its data is salvaged",
                    status: .tryAgain)
            }
            let progress = ReadingProgress()
            // Its line must not stand before a complaint, either.
            defer { progress.end() }
            let found = try store.verify(BodyCheck(), progress: progress.show)
            let rest = salvage == nil && !found.isWhole ? try? store.salvage(into: BodyCheck()).report : nil
            let saved = try salvage.map { try store.salvage(to: $0, progress: progress.show) }
            progress.end()
            try show(store, found, rest ?? saved?.report, saved)
            if saved == nil { try refuse(found) }
        }
    }

    private func show(
        _ store: StoreInspection, _ found: StoreVerification, _ rest: SalvageReport?, _ saved: SalvagedStore?
    ) throws {
        switch options.output {
        case .table:
            var block = RecordBlock()
            block.add(store, found)
            if let rest { block.add(rest) }
            if let saved { block.add(saved) }
            try StandardOutput.write(block.text(for: .output))
            for line in saved?.warning.split(separator: "\n") ?? [] { StandardError.tell(String(line)) }
        case .json, .ndjson:
            let salvage = rest.map { JSONText.salvage($0, saved) }
            try StandardOutput.writeLine(JSONText.verification(store, found, salvage: salvage).line)
        }
    }

    private func refuse(_ found: StoreVerification) throws {
        guard let first = found.damage.first else { return }
        let failure = CommandFailure(first, in: options.directory)
        let keeping = "write what verifies into a new store: "
        throw CommandFailure(
            failure.message,
            hint: "restore the directory from a backup, or \(keeping)"
                + "`latchkey data verify \(options.directory) --salvage NEW-DIRECTORY`",
            status: .refused)
    }
}
