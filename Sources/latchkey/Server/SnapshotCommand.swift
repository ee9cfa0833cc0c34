// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Write a snapshot now.",
        usage: "latchkey snapshot [<options>]",
        discussion: """
            The server writes snapshots by itself too. This one is on its disk when
            the command returns, and says up to which revision everything is in it.
            A server that starts reads its newest snapshot, then only the changes
            made since.

            Examples:
              latchkey snapshot
              latchkey snapshot --timeout 1h     (for a large store on a slow disk)
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let usual = Duration.milliseconds(Limits.snapshotCallMilliseconds)
        try connection.show(try await connection.call(.snapshot, usualTimeout: usual))
    }
}
