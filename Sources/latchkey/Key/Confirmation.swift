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
    ///   - question: what to ask, "Revoke X, for good?"; `nil` = nothing would end.
    func ask(_ deed: String, otherwise undone: String, question: () async throws -> String?) async throws {
        if yes { return }
        guard Terminal.inputIsTerminal else {
            throw CommandFailure(
                "\(deed) is for good, and there is no terminal to ask on", hint: "add --yes", status: .usage)
        }
        guard let question = try await question() else { return }
        guard Prompt.confirms(question) else { throw CommandFailure(undone, status: .refused) }
    }

    /// Likewise about a key, which is shown before it is too late.
    func ask(
        _ deed: String, otherwise undone: String, keyID: String, _ connection: ConnectionOptions,
        question: (_ key: Key, _ name: String) -> String?
    ) async throws {
        try await ask(deed, otherwise: undone) {
            guard case .getKey(let response) = try await connection.call(.getKey(GetKeyRequest(keyID: keyID))) else {
                return nil
            }
            let key = response.key
            let name = "\"\(key.name)\" (\(key.id)) of \(key.accountID)"
            return key.status == .revoked ? nil : question(key, name)
        }
    }
}
