// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a key's record.",
        usage: "latchkey key get <id> [<options>]",
        discussion: """
            Example:
              latchkey key get 4mVb0QaX9dEF
            """
    )

    @OptionGroup var key: KeyArgument

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try connection.show(try await connection.call(.getKey(GetKeyRequest(keyID: key.id))))
    }
}
