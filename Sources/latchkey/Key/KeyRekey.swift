// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyRekey<Noun: KeyNoun>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rekey",
            abstract: "Give a \(Noun.word) a new secret, shown this once. The old one works for an overlap.",
            usage: "latchkey \(Noun.word) rekey <id> [--overlap <time> [--yes]] [<options>]",
            discussion: """
                The \(Noun.word)'s id, expiry and everything else stay as they are. With --overlap 0
                the old secrets end for good: it asks first on a terminal, and elsewhere
                it wants --yes.

                Examples:
                  latchkey \(Noun.word) rekey 4mVb0QaX9dEF
                  latchkey \(Noun.word) rekey 4mVb0QaX9dEF --overlap 1d
                  latchkey \(Noun.word) rekey 4mVb0QaX9dEF --overlap 0     (ends every old one now)
                """
        )
    }

    @OptionGroup var key: KeyArgument<Noun>

    @Option(
        help: .init(
            "How long the old secret goes on working, 0 to 30d; 0 ends every old one now. (default: the account's, 4h)",
            valueName: "time"))
    var overlap: HumanDuration?

    @OptionGroup var confirmation: Confirmation

    @OptionGroup var newToken: NewTokenOptions

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await Noun.check(key.id, connection)
        if overlap?.span == .zero {
            try await confirmation.ask("--overlap 0", otherwise: "not re-keyed", keyID: key.id, connection) { _, name in
                "Give \(name) a new secret, and end every old one now, for good?"
            }
        }
        let request = RekeyKeyRequest(
            keyID: key.id, overlap: overlap?.span, expectedRevision: change.revision, requestID: change.requestID)
        try await newToken.make(.rekeyKey(request), connection)
    }
}
