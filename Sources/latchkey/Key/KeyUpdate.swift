// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a key's name, description or expiry.",
        usage: """
            latchkey key update <id> [--name <name>] [--description <text>]
                                [--expires <when>] [<options>]
            """,
        discussion: """
            What is not named stays as it is. An expired key works again when its
            expiry is moved into the future.

            Examples:
              latchkey key update 4mVb0QaX9dEF --name "Build, new" --expires 90d
              latchkey key update 4mVb0QaX9dEF --description ""
            """
    )

    @OptionGroup var key: KeyArgument

    @Option(help: "A new name.")
    var name: String?

    @Option(help: "A new description; empty takes it away.")
    var description: String?

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never.", valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        // Not in validate(), which would be asked before a misspelt flag is complained of.
        if name == nil, description == nil, expires == nil {
            throw CommandFailure(
                "nothing to change", hint: "say what: --name, --description or --expires", status: .usage)
        }
        let request = UpdateKeyRequest(
            keyID: key.id, name: name, description: description, expiry: expires?.expiry)
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
