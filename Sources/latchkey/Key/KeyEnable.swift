// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyEnable<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "enable",
            abstract: "Reactivate a \(Noun.word) that was disabled.",
            usage: "latchkey \(Noun.word) enable <id> [<options>]",
            discussion: """
                Only its current secret works again.

                Example:
                  latchkey \(Noun.word) enable 4mVb0QaX9dEF
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await Noun.check(key.id, connection)
        let request = UpdateKeyRequest(
            keyID: key.id, enabled: true, expectedRevision: change.revision, requestID: change.requestID)
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
