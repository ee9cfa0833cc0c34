// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct UsageTop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show what happens now: rates, busiest keys, refused clients, old secrets.",
        usage: """
            latchkey usage top [--interval <time>] [--once] [--account <account>]
                               [--key <id>] [<options>]
            """,
        discussion: """
            Draws a picture anew after every interval: the rate in the last one (/S) and
            the total of the last minute. Ends with q or an interrupt. When the
            connection is lost it connects again, and counts what happened meanwhile.

            With --once it prints one picture after an interval and ends. With -o ndjson
            there is a line after every interval; with --once, -o json is the same.

            Only \(Limits.topCounters) keys, clients and old secrets are counted in an interval. Where
            there are more, those that are seldom make way, and a count that may have
            some of them in it begins with <=.

            Examples:
              latchkey usage top
              latchkey usage top --account acme --interval 10s
              latchkey usage top --once -o json
            """
    )

    @Option(help: .init("How often, 200ms to 1h.", valueName: "time"))
    var interval = Seconds(2)

    @Flag(help: "Print one picture and end.")
    var once = false

    @Option(help: "Only this account.", completion: .accounts)
    var account: String?

    @Option(help: .init("Only this key, by its id.", valueName: "id"), completion: .keyIDs)
    var key: String?

    @OptionGroup var connection: ConnectionOptions

    private var milliseconds: Int64 { interval.span.nanoseconds / 1_000_000 }

    func validate() throws {
        guard (Limits.topShortestMilliseconds...Limits.topLongestMilliseconds).contains(milliseconds) else {
            throw ValidationError("--interval must be from 200ms to 1h")
        }
        if connection.output == .json && !once {
            throw ValidationError("-o json goes with --once; -o ndjson prints a line after every interval")
        }
    }

    func run() async throws {
        if connection.output == .table, !once, !Terminal.outputCanErase {
            throw CommandFailure(
                "there is no terminal to draw on", hint: "--once prints one picture, -o ndjson a line an interval",
                status: .usage)
        }
        let stream = try await connection.client().streamUsage(
            StreamUsageRequest(accountID: account ?? "", keyID: key ?? ""), resuming: true)
        let show = UsageTopShow(
            stream: stream, intervalMilliseconds: milliseconds, once: once, format: connection.output)
        // To be interrupted is how it ends.
        _ = try await Interruption.cancelling { try await show.run() }
    }
}
