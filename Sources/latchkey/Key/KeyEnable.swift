// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Reactivate a key that was disabled.",
        usage: "latchkey key enable <id> [<options>]",
        discussion: """
            Only its current secret works again.

            Example:
              latchkey key enable 4mVb0QaX9dEF
            """
    )

    @OptionGroup var key: KeyArgument

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = UpdateKeyRequest(
            keyID: key.id, enabled: true, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
