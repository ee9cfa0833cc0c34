// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Keys of another system, each taken over or refused by itself.
extension StoreState {
    /// A key to be taken over, with the digest of its token and the id that follows from it.
    package struct Import {
        package var key: ImportedKey
        package var digest: Digest
        package var storeKeyVersion: UInt32

        package init(key: ImportedKey, digest: Digest, storeKeyVersion: UInt32) {
            self.key = key
            self.digest = digest
            self.storeKeyVersion = storeKeyVersion
        }
    }

    /// Returns what became of each, and the new records. With `isDryRun` nothing changes, and there are none. That a token
    /// was taken over before is told to everyone, as it cannot be again; as which key, only where that lies in the scope.
    package mutating func importKeys(
        _ imports: [Import], isDryRun: Bool, in scope: AccountScope, at time: Timestamp
    ) -> (results: [ImportResult], keys: [PublishedKey]) {
        let now = begin(at: time)
        var results: [ImportResult] = []
        var made: [PublishedKey] = []
        // What a dry run would have made so far.
        var pending = Pending()
        for item in imports {
            let id = KeyID(of: item.digest)
            do throws(Refusal) {
                let key = try decide(item, id, pending, at: now)
                if isDryRun {
                    pending.add(key, at: now)
                } else {
                    made.append(commit(key, counters: UseCounters(), at: now))
                }
                results.append(ImportResult(keyID: "\(id)"))
            } catch {
                let isShown = error.reason == .keyExists && keys[id].map { scope.contains($0.key.accountID) } ?? true
                results.append(
                    ImportResult(keyID: isShown ? "\(id)" : "", reason: error.reason, message: error.message))
            }
        }
        return (results, made)
    }

    private struct Pending {
        var ids: Set<KeyID> = []
        var accounts: Set<String> = []
        var active: [String: Int] = [:]

        mutating func add(_ key: StoredKey, at now: Timestamp) {
            ids.insert(key.id)
            accounts.insert(key.accountID)
            if key.standing.status(at: now) == .active { active[key.accountID, default: 0] += 1 }
        }
    }

    private func decide(
        _ item: Import, _ id: KeyID, _ pending: Pending, at now: Timestamp
    ) throws(Refusal) -> StoredKey {
        let imported = item.key
        let violations = imported.violations(at: now)
        if !violations.isEmpty { throw .invalid(violations) }
        if keys[id] != nil || pending.ids.contains(id) {
            throw Refusal(.alreadyExists, .keyExists, "this token was imported before")
        }
        try checkRoom(
            forAccount: imported.accountID, keys: pending.ids.count,
            accounts: pending.accounts.union([imported.accountID]))
        let pin = CalendarDate(imported.apiVersion).map {
            VersionPin(version: $0, changeTime: now, downgradeDeadline: nil)
        }
        let standing = KeyStanding(expireTime: imported.expireTime, revokeTime: imported.revokeTime)
        let rules = KeyRules.rules(
            allowedIPs: try settings(ofAccount: imported.accountID).blocks(imported.allowedIPs),
            grants: imported.grants, rateLimit: imported.rateLimit, versionPin: pin)
        if standing.status(at: now) == .active {
            try checkPlace(inAccount: imported.accountID, beside: pending.active[imported.accountID] ?? 0)
        }
        return StoredKey(
            id: id, accountID: imported.accountID, userID: imported.userID, name: imported.name,
            description: imported.description, hint: imported.shownHint, unrestricted: imported.unrestricted,
            rules: rules, standing: standing, createTime: imported.createTime ?? now, updateTime: now,
            current: StoredSecret(
                generation: 1, digest: item.digest, storeKeyVersion: item.storeKeyVersion, isImported: true,
                createTime: imported.createTime ?? now),
            old: [], createSequence: lastSequence + 1, revision: lastSequence + 1)
    }
}

extension ImportedKey {
    /// As hints are shown, if it is one of eight characters.
    fileprivate var shownHint: String {
        hint.count == Limits.importedHintCharacters ? "\(hint.prefix(4))...\(hint.suffix(4))" : hint
    }
}
