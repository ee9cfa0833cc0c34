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
                                [--denied] [--limit <count>] [<options>]
            """,
        discussion: """
            With -o json and ndjson: one record a line.

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
        let stream = try await connection.client().streamUsage(usage.request(history: history, noFollow: false))
        var printer = UsagePrinter(terminal: .output, format: connection.output, isList: false)
        if Terminal.output.columns != nil { try printer.begin() }
        for try await record in stream { try printer.print(record) }
        try printer.end()
    }
}
