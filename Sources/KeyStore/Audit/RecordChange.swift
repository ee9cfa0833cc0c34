// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// One thing that a record says has changed about a key or an account, found by holding it against the one before.
package enum RecordChange: Sendable, Equatable {
    case created(expireTime: Timestamp?)
    /// Its first record, and so what it was before, went with old history.
    case unknown
    case renamed(from: String, to: String)
    case described
    case disabled
    case enabled
    case expiryMoved(from: Timestamp?, to: Timestamp?)
    /// A new secret; the old one works until `deadline`.
    case rekeyed(generation: UInt32, deadline: Timestamp?)
    /// Old secrets ended before their time, and not with the key.
    case secretsRetired
    case revoked
    case capSet(UInt32)
    case capMoved(from: UInt32, to: UInt32)
    /// Nothing that is told apart here.
    case rewritten

    /// A stable name for programs.
    package var name: String {
        switch self {
        case .created: "CREATED"
        case .unknown: "CHANGED"
        case .renamed: "RENAMED"
        case .described: "DESCRIBED"
        case .disabled: "DISABLED"
        case .enabled: "ENABLED"
        case .expiryMoved: "EXPIRY_MOVED"
        case .rekeyed: "REKEYED"
        case .secretsRetired: "SECRETS_RETIRED"
        case .revoked: "REVOKED"
        case .capSet, .capMoved: "CAP_SET"
        case .rewritten: "REWRITTEN"
        }
    }
}

extension RecordChange {
    /// What has become of a key, in the order of weight.
    static func changes(from before: StoredKey?, to key: StoredKey) -> [RecordChange] {
        guard let before else {
            if key.createSequence == key.revision { return [.created(expireTime: key.standing.expireTime)] }
            return [.unknown]
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
        if before.name != key.name { found.append(.renamed(from: before.name, to: key.name)) }
        if before.description != key.description { found.append(.described) }
        return found.isEmpty ? [.rewritten] : found
    }

    static func changes(from before: AccountSettings?, to account: AccountSettings) -> [RecordChange] {
        guard let before else { return [.capSet(account.maxActiveKeys)] }
        if before.maxActiveKeys == account.maxActiveKeys { return [.rewritten] }
        return [.capMoved(from: before.maxActiveKeys, to: account.maxActiveKeys)]
    }

    private static func hasShorterSecret(_ key: StoredKey, than before: StoredKey) -> Bool {
        key.old.contains { old in
            before.old.contains { $0.secret.generation == old.secret.generation && $0.deadline > old.deadline }
        }
    }
}
