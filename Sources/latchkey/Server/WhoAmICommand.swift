// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who the server takes you for.",
        usage: "latchkey whoami [<options>]",
        discussion: """
            That is the caller whose token comes along, or the user of the Unix socket
            when none does; "anonymous" may do nothing that takes a right, and so may
            whoever comes with a token that is not in force.

            Examples:
              latchkey whoami --token-file ./orders.token
              latchkey whoami --address unix:./latchkey-data/latchkey.sock
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try connection.show(try await connection.call(.whoAmI))
    }
}
