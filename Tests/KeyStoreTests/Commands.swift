// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore

/// A state, and the secrets that its commands are given: the digest is the number of the secret.
struct Commands {
    var state = StoreState()
    private(set) var secrets: UInt64 = 0
    private var ids: UInt64 = 0

    static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    mutating func newSecret() -> StoreState.NewSecret {
        secrets += 1
        return .init(digest: Digest(words: (secrets, 0, 0, 0)), storeKeyVersion: 1, hint: "lk_x...\(secrets)")
    }

    mutating func create(
        account: String = "acme", user: String = "u-1", name: String = "key", expiry: Expiry? = nil,
        at time: Timestamp = start
    ) throws -> StoredKey {
        try create(
            CreateKeyRequest(accountID: account, userID: user, name: name, unrestricted: true, expiry: expiry), at: time
        )
    }

    mutating func create(_ request: CreateKeyRequest, at time: Timestamp = start) throws -> StoredKey {
        ids += 1
        let digits = String(ids)
        guard let id = KeyID(String(repeating: "0", count: 12 - digits.count) + digits) else {
            throw Refusal(.internal, .keyNotFound, "no id")
        }
        return try state.createKey(request, id: id, newSecret(), by: .administrator, at: time).key
    }

    mutating func rekey(_ key: StoredKey, overlap: TimeSpan? = nil, at time: Timestamp = start) throws -> StoredKey {
        try state.rekeyKey(
            RekeyKeyRequest(keyID: "\(key.id)", overlap: overlap), newSecret(), by: .administrator, at: time
        ).key
    }

    mutating func update(
        _ key: StoredKey, name: String? = nil, enabled: Bool? = nil, expiry: Expiry? = nil, at time: Timestamp = start
    ) throws -> StoredKey {
        let request = UpdateKeyRequest(keyID: "\(key.id)", name: name, enabled: enabled, expiry: expiry)
        return try state.updateKey(request, by: .administrator, at: time).key
    }

    mutating func revoke(_ key: StoredKey, at time: Timestamp = start) throws -> StoredKey {
        try state.revokeKey(RevokeKeyRequest(keyID: "\(key.id)"), at: time).key
    }

    mutating func retire(_ key: StoredKey, at time: Timestamp = start) throws -> UInt32 {
        try state.retireSecrets(RetireSecretsRequest(keyID: "\(key.id)"), at: time).retired
    }

    mutating func setCap(_ cap: UInt32, account: String = "acme", at time: Timestamp = start) throws {
        _ = try state.updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: cap), at: time)
    }
}

/// The reason that a command was refused for; `nil` when it was not.
func refusal<Value>(_ command: () throws -> Value) -> Reason? {
    do {
        _ = try command()
        return nil
    } catch let refusal as Refusal {
        return refusal.reason
    } catch {
        return Reason(rawValue: "\(error)")
    }
}
