// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// What a verb of the command line is done to: keys, or the callers among them. Both are records of one kind, and most
/// verbs are the same for both.
protocol KeyNoun {
    /// As the command line has it.
    static var word: String { get }
    /// What a shell offers where an id stands.
    static var ids: CompletionKind { get }

    /// Refuses a key that is none of its own.
    static func check(_ key: Key) throws(CommandFailure)
    /// Likewise by its id, which asks the server where that matters.
    static func check(_ id: String, _ connection: ConnectionOptions) async throws
}

/// `latchkey key …`, whatever the key is for.
enum AnyKey: KeyNoun {
    static var word: String { "key" }
    static var ids: CompletionKind { .keyIDs }

    static func check(_ key: Key) {}
    static func check(_ id: String, _ connection: ConnectionOptions) {}
}

/// `latchkey caller …`
enum CallerKey: KeyNoun {
    static var word: String { "caller" }
    static var ids: CompletionKind { .callerIDs }

    /// A key's id that was meant for another command must not end that key.
    static func check(_ id: String, _ connection: ConnectionOptions) async throws {
        guard case .getKey(let response) = try await connection.call(.getKey(GetKeyRequest(keyID: id))) else { return }
        try check(response.key)
    }

    static func check(_ key: Key) throws(CommandFailure) {
        if key.accountID == AccountSettings.callersID { return }
        throw CommandFailure(
            "\(key.id) is a key of account \(key.accountID), and no caller",
            hint: "`latchkey caller list` shows the callers; keys are for `latchkey key`", status: .refused)
    }
}
