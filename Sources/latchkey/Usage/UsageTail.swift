// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct UsageTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the usage log as it grows, until interrupted.",
        usage: """
            latchkey usage tail [--history] [--account <account>] [--key <id>]
                                [--denied] [--verdict <verdict> ...]
                                [--after <sequence>] [--since <time>]
                                [--limit <count>] [<options>]
            """,
        discussion: """
            With -o json and ndjson: one record a line. When the connection is lost it
            connects again and goes on behind the last record, without loss or repetition.

            Examples:
              latchkey usage tail --history
              latchkey usage tail --account acme --denied
              latchkey usage tail -o ndjson | jq -r .event.verdict
            """
    )

    @Flag(help: "Begin with what the server still has.")
    var history = false

    @OptionGroup var usage: UsageOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let stream = try await connection.client().streamUsage(
            usage.request(history: history, noFollow: false), resuming: true)
        var printer = UsagePrinter(terminal: .output, format: connection.output, isList: false)
        if Terminal.output.columns != nil { try printer.begin() }
        for try await record in stream {
            if case .heartbeat = record.kind { continue }
            try printer.print(record)
        }
        try printer.end()
    }
}
