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
            Example:
              latchkey whoami --address unix:./latchkey-data/latchkey.sock
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try connection.show(try await connection.call(.whoAmI))
    }
}
