// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// Asks before something that cannot be undone: on a terminal whoever sits there, elsewhere for --yes.
struct Confirmation: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    /// Returns when it may be done.
    ///
    /// - Parameters:
    ///   - deed: what is for good, for a message: "revoking".
    ///   - undone: what to say when the answer is no: "not revoked".
    ///   - question: what to ask about the key, "Revoke X, for good?"; `nil` = nothing would end.
    func ask(
        _ deed: String, otherwise undone: String, keyID: String, _ connection: ConnectionOptions,
        question: (_ key: Key, _ name: String) -> String?
    ) async throws {
        if yes { return }
        guard Terminal.inputIsTerminal else {
            throw CommandFailure(
                "\(deed) is for good, and there is no terminal to ask on", hint: "add --yes", status: .usage)
        }
        // Shows which key it is before it is too late.
        guard case .getKey(let response) = try await connection.call(.getKey(GetKeyRequest(keyID: keyID))) else {
            return
        }
        let key = response.key
        let name = "\"\(key.name)\" (\(key.id)) of \(key.accountID)"
        guard key.status != .revoked, let question = question(key, name) else { return }
        guard Prompt.confirms(question) else { throw CommandFailure(undone, status: .refused) }
    }
}
