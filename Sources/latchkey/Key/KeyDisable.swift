// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyDisable<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "disable",
            abstract: "Deactivate a \(Noun.word), at once. It can be enabled again.",
            usage: "latchkey \(Noun.word) disable <id> [<options>]",
            discussion: """
                Old secrets that still worked beside the current one end for good.

                Example:
                  latchkey \(Noun.word) disable 4mVb0QaX9dEF
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await Noun.check(key.id, connection)
        let request = UpdateKeyRequest(
            keyID: key.id, enabled: false, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
