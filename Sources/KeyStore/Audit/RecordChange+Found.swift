// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

extension RecordChange {
    /// What has become of a key, in the order of weight.
    package static func changes(from before: StoredKey?, to key: StoredKey) -> [RecordChange] {
        guard let before else {
            if key.createSequence != key.revision { return [.unknown] }
            let end = key.standing.expireTime
            let made: RecordChange = key.hasImportedSecret ? .imported(expireTime: end) : .created(expireTime: end)
            return [made] + firstRights(ofCaller: key)
        }
        var found: [RecordChange] = []
        let isRevoked = before.standing.revokeTime == nil && key.standing.revokeTime != nil
        if isRevoked { found.append(.revoked) }
        if before.standing.enabled != key.standing.enabled {
            found.append(key.standing.enabled ? .enabled : .disabled)
        }
        let isRekeyed = before.current.generation != key.current.generation
        if isRekeyed {
            let old = key.old.first { $0.secret.generation == before.current.generation }
            found.append(.rekeyed(generation: key.current.generation, deadline: old?.deadline))
        }
        let isMoved = before.standing.expireTime != key.standing.expireTime
        if isMoved { found.append(.expiryMoved(from: before.standing.expireTime, to: key.standing.expireTime)) }
        // These end old secrets by themselves.
        let endsSecrets = isRevoked || !key.standing.enabled || isRekeyed || isMoved
        if !endsSecrets, hasShorterSecret(key, than: before) { found.append(.secretsRetired) }
        found += ruleChanges(from: before, to: key)
        if before.userID != key.userID { found.append(.userMoved(from: before.userID, to: key.userID)) }
        if before.name != key.name { found.append(.renamed(from: before.name, to: key.name)) }
        if before.description != key.description {
            found.append(.described(from: before.description, to: key.description))
        }
        return found.isEmpty ? [.rewritten] : found
    }

    /// With what rights a caller has begun: who gave them is what an audit is about.
    private static func firstRights(ofCaller key: StoredKey) -> [RecordChange] {
        guard key.accountID == AccountSettings.callersID, let rules = key.rules else { return [] }
        let addresses = rules.allowedIPs.map(\.description)
        return [.grantsMoved(from: [], to: rules.grants)]
            + (addresses.isEmpty ? [] : [.allowedIPsMoved(from: [], to: addresses)])
    }

    /// What it may do, from where and how often.
    private static func ruleChanges(from before: StoredKey, to key: StoredKey) -> [RecordChange] {
        var found: [RecordChange] = []
        if before.unrestricted != key.unrestricted { found.append(.unrestricted(key.unrestricted)) }
        let (old, new) = (before.rules, key.rules)
        if old?.grants ?? [] != new?.grants ?? [] {
            found.append(.grantsMoved(from: old?.grants ?? [], to: new?.grants ?? []))
        }
        if old?.allowedIPs ?? [] != new?.allowedIPs ?? [] {
            let (from, to) = (old?.allowedIPs ?? [], new?.allowedIPs ?? [])
            found.append(.allowedIPsMoved(from: from.map(\.description), to: to.map(\.description)))
        }
        if old?.rateLimit != new?.rateLimit {
            found.append(.rateLimitMoved(from: old?.rateLimit, to: new?.rateLimit))
        }
        if old?.versionPin?.version != new?.versionPin?.version {
            found.append(.apiVersionMoved(from: old?.versionPin?.version, to: new?.versionPin?.version))
        }
        return found
    }

    /// Without a record before it, what is not as every account has it at first.
    package static func changes(from before: AccountSettings?, to account: AccountSettings) -> [RecordChange] {
        let usual = AccountSettings(id: account.id, createTime: account.createTime)
        let old = before ?? usual
        var found: [RecordChange] = []
        if old.maxActiveKeys != account.maxActiveKeys {
            found.append(.capMoved(from: before?.maxActiveKeys, to: account.maxActiveKeys))
        }
        if old.defaultLifetime != account.defaultLifetime {
            found.append(.lifetimeMoved(from: before?.defaultLifetime, to: account.defaultLifetime))
        }
        if old.tokenPrefix != account.tokenPrefix {
            found.append(.tokenPrefixMoved(from: before?.tokenPrefix, to: account.tokenPrefix))
        }
        if old.requirePublicIPs != account.requirePublicIPs {
            found.append(.publicIPsRequired(account.requirePublicIPs))
        }
        if old.downgradeWindow != account.downgradeWindow {
            found.append(.downgradeWindowMoved(from: before?.downgradeWindow, to: account.downgradeWindow))
        }
        if old.defaultOverlap != account.defaultOverlap {
            found.append(.overlapMoved(from: before?.defaultOverlap, to: account.defaultOverlap))
        }
        return found.isEmpty ? [.rewritten] : found
    }

    private static func hasShorterSecret(_ key: StoredKey, than before: StoredKey) -> Bool {
        key.old.contains { old in
            before.old.contains { $0.secret.generation == old.secret.generation && $0.deadline > old.deadline }
        }
    }
}
