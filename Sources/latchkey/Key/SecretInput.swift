// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto

/// A secret is never an argument, where every user of the machine could see it.
enum SecretInput {
    /// Far more than a token has, so that one that is too long is seen to be by the server.
    private static let bytesMax = 4_096

    /// The first line of standard input; on a terminal, asked for and not shown.
    static func read() throws(CommandFailure) -> String {
        var line =
            Terminal.inputIsTerminal
            ? Prompt.hidden("Secret: ", maximumBytes: bytesMax) : StandardInput.line(maximumBytes: bytesMax)
        defer { line?.withUnsafeMutableBytes { cleanse($0) } }
        let secret = String(decoding: line ?? [], as: UTF8.self)
        guard !secret.isEmpty else {
            throw CommandFailure(
                "no secret on standard input", hint: "latchkey key validate <secret.txt", status: .usage)
        }
        return secret
    }
}
