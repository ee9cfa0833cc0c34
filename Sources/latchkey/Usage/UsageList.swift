// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct UsageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what the server still has of the usage log, oldest first.",
        usage: """
            latchkey usage list [--newest-first] [--account <account>] [--key <id>]
                                [--denied] [--verdict <verdict> ...]
                                [--after <sequence>] [--since <time>]
                                [--limit <count>] [<options>]
            """,
        discussion: """
            Examples:
              latchkey usage list --key 4mVb0QaX9dEF
              latchkey usage list --denied --newest-first --limit 20
              latchkey usage list --since 2h --verdict NOT_FOUND -o ndjson
            """
    )

    @Flag(help: "The newest first.")
    var newestFirst = false

    @OptionGroup var usage: UsageOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let stream = try await connection.client().streamUsage(
            usage.request(history: true, noFollow: true, newestFirst: newestFirst))
        var printer = UsagePrinter(terminal: .output, format: connection.output, isList: true, newestFirst: newestFirst)
        for try await record in stream { try printer.print(record) }
        try printer.end()
    }
}
