// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// What a store must hold, kept in the plainest way: no journal, no queue, no counts. It knows what each command does
/// to a key; whether a command is let through is the store's to say, and tested elsewhere.
struct ReferenceModel: Sendable {
    struct Secret: Equatable, Sendable {
        var number: UInt64
        /// `nil` = the current one.
        var deadline: Timestamp?
    }

    struct Key: Equatable, Sendable {
        var account: String
        var name: String
        var isEnabled = true
        var isRevoked = false
        var expireTime: Timestamp?
        /// Newest first.
        var secrets: [Secret]
        var createSequence: UInt64
        var revision: UInt64
    }

    var keys: [KeyID: Key] = [:]
    var caps: [String: UInt32] = [:]
    /// The time of the last command.
    var time = Timestamp(nanoseconds: 0)

    /// What is wrong with a store that should hold just this; `nil` = nothing.
    func difference(from state: StoreState) -> String? {
        if state.keyCount != keys.count { return "it has \(state.keyCount) keys, not \(keys.count)" }
        for (id, expected) in keys {
            guard let found = state.key(id)?.key else { return "key \(id) is missing" }
            if Key(found) != expected { return "key \(id) is \(Key(found)), not \(expected)" }
        }
        for settings in state.accounts(0..<state.accountCount) {
            let expected = caps[settings.id] ?? Limits.defaultMaxActiveKeys
            if settings.maxActiveKeys != expected {
                return "account \(settings.id) has the cap \(settings.maxActiveKeys), not \(expected)"
            }
        }
        for account in caps.keys where !state.accounts(0..<state.accountCount).contains(where: { $0.id == account }) {
            return "account \(account) is missing"
        }
        if state.lastTime < time { return "its time, \(state.lastTime), is before the last command's, \(time)" }
        return nil
    }
}

extension ReferenceModel.Key {
    init(_ key: StoredKey) {
        account = key.accountID
        name = key.name
        isEnabled = key.standing.enabled
        isRevoked = key.standing.revokeTime != nil
        expireTime = key.standing.expireTime
        secrets =
            [.init(number: key.current.digest.words.0, deadline: nil)]
            + key.old.map { .init(number: $0.secret.digest.words.0, deadline: $0.deadline) }
        createSequence = key.createSequence
        revision = key.revision
    }

    /// R9: no old secret works at or after `time`.
    mutating func endOldSecrets(by time: Timestamp) {
        for index in secrets.indices.dropFirst() {
            if let deadline = secrets[index].deadline { secrets[index].deadline = min(deadline, time) }
        }
    }
}
