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
        var expireTime: Timestamp?
        var revokeTime: Timestamp?
        var createTime: Timestamp
        var updateTime: Timestamp
        var hint: String
        /// Newest first.
        var secrets: [Secret]
        var createSequence: UInt64
        var revision: UInt64
    }

    var keys: [KeyID: Key] = [:]
    var caps: [String: Cap] = [:]
    /// By their ids.
    var requests: [[UInt8]: Done] = [:]
    /// The time of the last command.
    var time = Timestamp(nanoseconds: 0)

    struct Cap: Equatable, Sendable {
        var maxActiveKeys: UInt32
        var revision: UInt64
    }

    /// What is wrong with a store that should hold just this; `nil` = nothing.
    func difference(from state: StoreState) -> String? {
        if state.keyCount != keys.count { return "it has \(state.keyCount) keys, not \(keys.count)" }
        for (id, expected) in keys {
            guard let found = state.key(id)?.key else { return "key \(id) is missing" }
            if Key(found) != expected { return "key \(id) is \(Key(found)), not \(expected)" }
        }
        let order = state.keys(0..<state.keyCount).map(\.key.createSequence)
        if order != order.sorted() { return "its keys are not in the order they were made" }
        var state = state
        for id in Set(keys.values.map(\.account)).union(caps.keys) {
            guard let account = try? state.account(id, at: time) else { return "account \(id) is missing" }
            let expected = caps[id] ?? Cap(maxActiveKeys: Limits.defaultMaxActiveKeys, revision: 0)
            let found = Cap(maxActiveKeys: account.settings.maxActiveKeys, revision: account.settings.revision)
            if found != expected { return "account \(id) has \(found), not \(expected)" }
            let own = keys.values.filter { $0.account == id }
            let active = own.count { $0.isActive(at: state.lastTime) }
            if account.totalKeys != own.count || account.activeKeys != active {
                return "account \(id) counts \(account.activeKeys) active keys of \(account.totalKeys), "
                    + "not \(active) of \(own.count)"
            }
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
        expireTime = key.standing.expireTime
        revokeTime = key.standing.revokeTime
        createTime = key.createTime
        updateTime = key.updateTime
        hint = key.hint
        secrets =
            [.init(number: key.current.digest.words.0, deadline: nil)]
            + key.old.map { .init(number: $0.secret.digest.words.0, deadline: $0.deadline) }
        createSequence = key.createSequence
        revision = key.revision
    }

    func isActive(at time: Timestamp) -> Bool {
        isEnabled && revokeTime == nil && expireTime.map { time < $0 } ?? true
    }

    /// R9: no old secret works at or after `time`.
    mutating func endOldSecrets(by time: Timestamp) {
        for index in secrets.indices.dropFirst() {
            if let deadline = secrets[index].deadline { secrets[index].deadline = min(deadline, time) }
        }
    }
}
