// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Show whether a server is up.",
        usage: "latchkey health [--wait <seconds>] [<options>]",
        discussion: """
            Exit status 0 when it serves, 69 when it does not or cannot be reached.

            Examples:
              latchkey health
              latchkey health --wait 30          (until it serves, or 30 seconds)
            """
    )

    @Option(help: .init("Wait until it serves, at most this long.", valueName: "seconds"))
    var wait: Seconds?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let clock = ContinuousClock()
        let end = clock.now + (wait?.duration ?? .zero)
        let progress = Progress(doing: "waiting for the server", until: end)
        defer { progress.end() }
        while true {
            do {
                let reply = try await connection.call(.health)
                guard case .health(let response) = reply else { return }
                if response.serving || clock.now >= end {
                    progress.end()
                    try connection.show(reply)
                    if !response.serving { throw ExitCode(ExitStatus.unavailable.rawValue) }
                    return
                }
            } catch let refusal as Refusal {
                if clock.now >= end { throw refusal }
            }
            // A server that is starting is asked again a few times a second.
            try await progress.wait(until: clock.now + .milliseconds(Limits.healthRetryMilliseconds))
        }
    }
}
