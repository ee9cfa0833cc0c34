// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyJournal
internal import KeyModel

struct DataDump: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Show what a store's files say, record by record.",
        usage: """
            latchkey data dump <directory> [--history] [--after <sequence>]
                               [--limit <count>] [<options>]
            latchkey data dump <directory> --snapshot <file>|newest
            """,
        discussion: """
            Every record is verified before it is shown; it ends with the first that
            does not verify. Nothing is changed, and a server may be running. A
            record holds a key's or an account's whole state after a change; with
            -o ndjson all of it is shown, times in nanoseconds since 1970 UTC. The
            digests that secrets are checked against are left empty.

            Examples:
              latchkey data dump ./latchkey-data
              latchkey data dump ./latchkey-data --history --after 1200 -o ndjson
              latchkey data dump ./latchkey-data --snapshot newest --limit 10
            """
    )

    @OptionGroup var options: StoreOptions

    @Flag(help: "Begin with the oldest segment in history.")
    var history = false

    @Option(help: .init("Only what came after this record.", valueName: "sequence"))
    var after: UInt64?

    @Option(help: .init("End after this many.", valueName: "count"))
    var limit: Int?

    @Option(
        help: .init("Show a snapshot's records instead: its file's name, or newest.", valueName: "file"),
        completion: .file(extensions: ["lks"]))
    var snapshot: String?

    @Flag(help: "Show the marks too, which say that all before them is on disk.")
    var marks = false

    @Flag(help: "Show the secrets' digests too.")
    var digests = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
        if snapshot != nil, history || marks || after != nil {
            throw ValidationError("--snapshot goes with none of --history, --marks and --after")
        }
    }

    func run() async throws {
        if digests {
            StandardError.tell("Secrets are checked against these digests: keep them as you keep the store.")
        }
        try options.withStore { store in
            var printer = DumpPrinter(terminal: .output, format: options.output, digests: digests)
            if let snapshot {
                try dump(try sequence(snapshot, store), of: store, &printer)
            } else {
                try dump(store, &printer)
            }
            try printer.end()
        }
    }

    private func dump(_ store: StoreInspection, _ printer: inout DumpPrinter) throws {
        let (after, limit, marks) = (after ?? 0, limit ?? .max, marks)
        let end = try store.readJournal(history: history, after: after) { record in
            if record.sequence <= after || (record.type == .mark && !marks) { return true }
            try printer.print(record)
            return printer.count < limit
        }
        if let end, end.skipped > 0 {
            StandardError.tell(
                "Passed over: \(Grouped.count(end.skipped, "record")) of types that this version does not know.")
        }
    }

    private func dump(_ sequence: UInt64, of store: StoreInspection, _ printer: inout DumpPrinter) throws {
        let limit = limit ?? .max
        _ = try store.readSnapshot(sequence) { entry in
            try printer.print(entry)
            return printer.count < limit
        }
    }

    private func sequence(_ name: String, _ store: StoreInspection) throws -> UInt64 {
        let all = try store.snapshotSequences()
        let file = name.split(separator: "/").last.map(String.init) ?? name
        let wanted = name == "newest" ? all.first : StoreInspection.snapshotSequence(named: file)
        guard let wanted, all.contains(wanted) else {
            throw CommandFailure(
                all.isEmpty ? "\(store.path) has no snapshot yet" : "\(store.path) has no snapshot \(file)",
                hint: "`latchkey data verify \(store.path)` names its snapshots", status: .usage)
        }
        return wanted
    }
}
