// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
package import KeyModel
internal import KeyWire

/// Who changed what, when and from where: one record of the journal against the one before it of the same key or
/// account.
package struct AuditEntry: Sendable, Equatable {
    package let sequence: UInt64
    package let time: Timestamp
    package let caller: String
    /// The caller's name as of then; empty when he gave no token, or when his record went with old history.
    package let callerName: String
    package let peer: String
    package let accountID: String
    /// `nil` = it is about the account itself.
    package let keyID: KeyID?
    /// Its name as of then; empty for an account.
    package let keyName: String
    package let changes: [RecordChange]
}

/// Makes entries of records as they come, and remembers what each key and account was last.
package struct AuditTrail {
    private let accountID: String?
    private let keyID: KeyID?
    private var keys: [KeyID: StoredKey] = [:]
    private var accounts: [String: AccountSettings] = [:]
    /// The names of the callers, whose keys' records are in the trail like all others.
    private var callers: [String: String] = [:]

    /// Only one account's, or one key's; `nil` = all.
    package init(accountID: String? = nil, keyID: KeyID? = nil) {
        self.accountID = accountID
        self.keyID = keyID
    }

    /// `nil` when it is not about what was asked for, or about nothing that anyone did. Throws when the body is not what
    /// its type says.
    package mutating func entry(_ record: JournalRecord) throws -> AuditEntry? {
        switch record.type {
        case .key:
            let key = try StorageCodec.key(record.body, revision: record.sequence).key
            // Who makes himself another name does it under the one before.
            defer { if key.accountID == AccountSettings.callersID { callers["\(key.id)"] = key.name } }
            guard keyID == nil || key.id == keyID, accountID == nil || key.accountID == accountID else { return nil }
            let before = keys.updateValue(key, forKey: key.id)
            return entry(
                record, account: key.accountID, key: key.id, name: key.name, RecordChange.changes(from: before, to: key)
            )
        case .account:
            let account = try StorageCodec.account(record.body, revision: record.sequence)
            guard keyID == nil, accountID == nil || account.id == accountID else { return nil }
            let before = accounts.updateValue(account, forKey: account.id)
            return entry(
                record, account: account.id, key: nil, name: "",
                RecordChange.changes(from: before, to: account))
        case .revokeAll:
            let ended = try StorageCodec.revokeAll(record.body, sequence: record.sequence).record
            guard accountID == nil || ended.accountID == accountID else { return nil }
            if keyID == nil {
                return entry(record, account: ended.accountID, key: nil, name: "", [.allRevoked(ended.revoked)])
            }
            return keyEntry(record, ended)
        default: return nil
        }
    }

    /// What it did to the key that was asked for: nothing, if that is another account's or was revoked before.
    private mutating func keyEntry(_ record: JournalRecord, _ ended: RevokeAllRecord) -> AuditEntry? {
        guard let keyID, var key = keys[keyID], key.accountID == ended.accountID, key.standing.revokeTime == nil else {
            return nil
        }
        key.standing.revokeTime = ended.time
        keys[keyID] = key
        return entry(record, account: key.accountID, key: keyID, name: key.name, [.revokedWithAll])
    }

    private func entry(
        _ record: JournalRecord, account: String, key: KeyID?, name: String, _ changes: [RecordChange]
    ) -> AuditEntry {
        AuditEntry(
            sequence: record.sequence, time: record.time, caller: record.caller,
            callerName: callers[record.caller] ?? "", peer: record.peer, accountID: account, keyID: key, keyName: name,
            changes: changes)
    }
}
