// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import KeyClient
internal import KeyModel

struct UsageExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the usage log to a file, and go on where it ends.",
        usage: """
            latchkey usage export <file>|- [--resume | --force] [--follow]
                                  [--format ndjson|csv]
                                  [--account <account>] [--key <id>]
                                  [--denied] [--verdict <verdict> ...]
                                  [--after <sequence>] [--since <time>]
                                  [--limit <count>] [<options>]
            """,
        discussion: """
            A record a line, oldest first; where events are missing, a line says which.
            With --resume it begins behind the file's last whole line, and cuts what is
            torn behind that: run again and again with the same filters, after whatever
            has happened, the file has every record once. --since counts for a new file
            only. A lost connection is made again.

            CSV is that of RFC 4180. A text that a spreadsheet would take for a formula
            (one that begins with = + - @ or a control character) gets an apostrophe in
            front, and control characters are replaced; NDJSON has them as they were.

            Examples:
              latchkey usage export usage.ndjson
              latchkey usage export usage.ndjson --resume --follow
              latchkey usage export denied.csv --denied --since 24h
              latchkey usage export - --key 4mVb0QaX9dEF | jq -r .event.path
            """
    )

    @Argument(help: "The file, which only its owner may read; - is standard output.", completion: .file())
    var file: String

    @Option(help: .init("How to write. (default: by the file's ending, else ndjson)", valueName: "format"))
    var format: UsageExportFormat?

    @Flag(help: "Go on behind the last line of a file that is there.")
    var resume = false

    @Flag(help: "Write a file that is there anew.")
    var force = false

    @Flag(help: "Go on with what happens, until interrupted.")
    var follow = false

    @OptionGroup var usage: UsageOptions

    @OptionGroup var connection: ConnectionOptions

    private var isStandardOutput: Bool { file == "-" }

    func validate() throws {
        if connection.output != .table {
            throw ValidationError("how an export is written is said by --format: leave -o out")
        }
        if resume && force { throw ValidationError("--resume and --force exclude each other") }
        if isStandardOutput, resume || force {
            throw ValidationError("--resume and --force are for a file, not for standard output")
        }
    }

    func run() async throws {
        let signal = try await Interruption.cancelling { try await export() }
        // To be interrupted is how one that follows ends.
        if let signal, !follow { throw ExitCode(128 + signal) }
    }

    private func export() async throws {
        let client = try connection.client()
        // Before the file is touched: whether there is a server, and how far its log goes.
        let newest = try await client.streamUsage(
            StreamUsageRequest(history: true, noFollow: true, limit: 1, newestFirst: true))
        var last: UInt64 = 0
        for try await record in newest { last = max(last, record.sequence) }
        let format = format ?? UsageExportFormat(path: file) ?? .ndjson
        var out =
            isStandardOutput
            ? UsageExportFile(standardOutput: format)
            : try UsageExportFile(file, format, resume ? .goOn : force ? .replace : .refuse)
        var request = usage.request(history: true, noFollow: !follow)
        if let sequence = out.lastSequence {
            request.afterSequence = sequence
            request.afterTime = nil
        }
        let stream = try await client.streamUsage(request, resuming: true)
        var tally = UsageExportTally(after: request.afterSequence, last: last, limit: usage.limit)
        do {
            try out.flush()
            try await write(stream, to: &out, &tally)
        } catch {
            tally.end()
            try? out.sync()
            throw error
        }
        tally.end()
        try out.sync()
        await client.close()
        if Terminal.error.columns != nil { StandardError.tell(tally.words) }
    }

    private func write(
        _ stream: UsageStream, to out: inout UsageExportFile, _ tally: inout UsageExportTally
    ) async throws {
        var isLive = false
        for try await record in stream {
            switch record.kind {
            case .live:
                isLive = true
                tally.end()
                try out.sync()
            case .heartbeat: try out.sync()
            case .event, .outcome, .gap:
                try out.write(record)
                // From here on somebody may wait for each of them.
                if isLive { try out.flush() }
                tally.note(record, isLive: isLive)
            }
        }
    }
}
