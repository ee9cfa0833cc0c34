// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Which key a command is about.
struct KeyArgument<Noun: KeyNoun>: ParsableArguments {
    @Argument(
        help: "The \(Noun.word)'s id: 12 letters and digits, part of the token behind its prefix.",
        completion: Noun.ids)
    var id: String

    func validate() throws {
        // Anything longer may be the whole token, which does not belong on a command line.
        if id.utf8.count > 40 {
            throw ValidationError("that is too long for a \(Noun.word)'s id; a secret must never be an argument")
        }
    }
}
