// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What is decided about one key, or about all of an account.
extension StoreState {
    /// A secret that was drawn for a command, without the secret.
    package struct NewSecret {
        package var digest: Digest
        package var storeKeyVersion: UInt32
        package var hint: String

        package init(digest: Digest, storeKeyVersion: UInt32, hint: String) {
            self.digest = digest
            self.storeKeyVersion = storeKeyVersion
            self.hint = hint
        }
    }

    /// R1, R2, R10, R11, R12: a new key, if its account has a place for it.
    package mutating func createKey(
        _ request: CreateKeyRequest, id: KeyID, _ secret: NewSecret, by authority: Authority?,
        at time: Timestamp
    ) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        try checkRoom(forAccount: request.accountID)
        let settings = settings(ofAccount: request.accountID)
        let isCaller = request.accountID == AccountSettings.callersID
        let expireTime = (request.expiry ?? (isCaller ? .never : .lifetime(settings.defaultLifetime))).time(from: now)
        if let expireTime, expireTime <= now {
            throw .invalid([FieldViolation("expire_time", "must lie in the future")])
        }
        let pin = CalendarDate(request.apiVersion).map {
            VersionPin(version: $0, changeTime: now, downgradeDeadline: nil)
        }
        let rules = KeyRules.rules(
            allowedIPs: try settings.blocks(request.allowedIPs), grants: request.grants, rateLimit: request.rateLimit,
            versionPin: pin)
        try checkPlace(inAccount: request.accountID)
        let key = StoredKey(
            id: id, accountID: request.accountID, userID: request.userID, name: request.name,
            description: request.description, hint: secret.hint, unrestricted: request.unrestricted, rules: rules,
            standing: KeyStanding(expireTime: expireTime), createTime: now, updateTime: now,
            current: StoredSecret(
                generation: 1, digest: secret.digest, storeKeyVersion: secret.storeKeyVersion, createTime: now),
            old: [], createSequence: lastSequence + 1, revision: lastSequence + 1)
        try checkCaller(key, from: nil, by: authority)
        return commit(key, counters: UseCounters(), at: now)
    }

    /// R4, R6, R10 to R12, R16, B8 and the expiry of R2. Returns the same record when nothing changes.
    package mutating func updateKey(
        _ request: UpdateKeyRequest, by authority: Authority?, at time: Timestamp
    ) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        let before = try find(request.keyID, expecting: request.expectedRevision)
        try checkNotRevoked(before)
        var key = before.key
        if let name = request.name { key.name = name }
        if let description = request.description { key.description = description }
        if let userID = request.userID { key.userID = userID }
        if let enabled = request.enabled { key.standing.enabled = enabled }
        if let expiry = request.expiry { key.standing.expireTime = expiry.time(from: now) }
        try setRules(of: &key, request, at: now)
        // Old secrets end, for good, with what ended the key: its deactivation, or the expiry that is being moved.
        if !key.standing.enabled { key.endOldSecrets(by: now) }
        if before.key.standing.isExpired(at: now), let expired = before.key.standing.expireTime {
            key.endOldSecrets(by: expired)
        }
        try checkCaller(key, from: before.key, by: authority)
        if key.says(asMuchAs: before.key) { return before }
        let wasActive = before.key.standing.status(at: now) == .active
        if !wasActive, key.standing.status(at: now) == .active { try checkPlace(inAccount: key.accountID) }
        return commit(key, counters: before.counters, at: now)
    }

    /// R11: emptying the grants never opens a key; only `unrestricted`, by name, does.
    private func setRules(
        of key: inout StoredKey, _ request: UpdateKeyRequest, at now: Timestamp
    ) throws(Refusal) {
        let rules = key.rules
        let settings = settings(ofAccount: key.accountID)
        let blocks = try request.allowedIPs.map { texts throws(Refusal) in try settings.blocks(texts) }
        var grants = request.grants ?? rules?.grants ?? []
        if let given = request.grants, !given.isEmpty { key.unrestricted = false }
        if let unrestricted = request.unrestricted { key.unrestricted = unrestricted }
        if key.unrestricted { grants = [] }
        if !key.unrestricted, grants.isEmpty {
            throw .invalid([
                FieldViolation("unrestricted", "the key has no grants; give it some before, or in the same call")
            ])
        }
        let pin = try request.apiVersion.flatMap(CalendarDate.init).map { version throws(Refusal) in
            try key.pin(to: version, window: settings.downgradeWindow, at: now)
        }
        let limit = request.rateLimit.map(\.value) ?? rules?.rateLimit
        key.rules = KeyRules.rules(
            allowedIPs: blocks ?? rules?.allowedIPs ?? [], grants: grants, rateLimit: limit,
            versionPin: pin ?? rules?.versionPin, replacing: rules)
    }

    /// R9: a new secret for the same key; the old one works on for the overlap.
    package mutating func rekeyKey(
        _ request: RekeyKeyRequest, _ secret: NewSecret, by authority: Authority?, at time: Timestamp
    ) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        let before = try find(request.keyID, expecting: request.expectedRevision)
        try checkNotRevoked(before)
        var key = before.key
        if key.standing.isExpired(at: now) {
            throw Refusal(
                .failedPrecondition, .keyExpired, "key \(key.id) has expired; extend it first, then re-key it")
        }
        let overlap = request.overlap ?? settings(ofAccount: key.accountID).defaultOverlap
        let deadline = key.standing.enabled ? now.advanced(by: overlap) : now
        if overlap == .zero { key.endOldSecrets(by: now) }
        let live = key.old.count { $0.deadline > now } + (deadline > now ? 2 : 1)
        if live > Limits.liveSecrets {
            throw Refusal(
                .failedPrecondition, .tooManySecrets,
                "key \(key.id) has \(Limits.liveSecrets) live secrets; retire the old ones, or re-key with overlap 0")
        }
        let (generation, overflow) = key.current.generation.addingReportingOverflow(1)
        if overflow {
            throw Refusal(.resourceExhausted, .tooManySecrets, "key \(key.id) cannot be re-keyed again; create another")
        }
        key.old.insert(OldSecret(secret: key.current, deadline: deadline), at: 0)
        key.forgetOldSecrets(over: Limits.keptOldSecrets, at: now)
        key.current = StoredSecret(
            generation: generation, digest: secret.digest, storeKeyVersion: secret.storeKeyVersion, createTime: now)
        key.hint = secret.hint
        try checkCaller(key, from: before.key, by: authority)
        return commit(key, counters: before.counters, at: now)
    }

    /// Ends the overlap of every old secret. Returns how many were live; with none, the same record.
    package mutating func retireSecrets(
        _ request: RetireSecretsRequest, at time: Timestamp
    ) throws(Refusal) -> (key: PublishedKey, retired: UInt32) {
        let now = begin(at: time)
        let before = try find(request.keyID, expecting: request.expectedRevision)
        var key = before.key
        let live = key.standing.status(at: now) == .active ? key.old.count { $0.deadline > now } : 0
        if live == 0 { return (before, 0) }
        key.endOldSecrets(by: now)
        return (commit(key, counters: before.counters, at: now), UInt32(live))
    }

    /// R5: ends a key for good. Of one that was revoked before, returns the same record.
    package mutating func revokeKey(_ request: RevokeKeyRequest, at time: Timestamp) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        // Revoking twice is a success, whatever revision the first has left.
        if let revoked = try? find(request.keyID), revoked.key.standing.revokeTime != nil { return revoked }
        let before = try find(request.keyID, expecting: request.expectedRevision)
        let record = before.revoked(at: now, sequence: lastSequence + 1)
        try checkAdministratorLeft(after: record.key, from: before.key)
        apply(record)
        advance(to: record.key.revision, at: now)
        return record
    }

    /// R8: ends every key of an account for good, or none. Returns the records that changed; with none left, nothing
    /// changes.
    package mutating func revokeAllKeys(
        _ request: RevokeAllKeysRequest, at time: Timestamp
    ) throws(Refusal) -> (record: RevokeAllRecord, keys: [PublishedKey]) {
        let now = begin(at: time)
        let account = try knownAccount(request.accountID)
        let left = account.places.count - account.revoked
        guard request.expectedCount == UInt64(left) else {
            throw Refusal(
                .failedPrecondition, .keyCountMismatch,
                "account \(request.accountID) has \(left) \(left == 1 ? "key that is" : "keys that are") not revoked, not \(request.expectedCount); nothing was done"
            )
        }
        let record = RevokeAllRecord(accountID: request.accountID, time: now, revoked: UInt64(left))
        if left == 0 { return (record, []) }
        let sequence = lastSequence + 1
        var changed: [PublishedKey] = []
        changed.reserveCapacity(left)
        for place in account.places {
            let known = keys.records[Int(place)]
            if known.key.standing.revokeTime != nil { continue }
            let revoked = known.revoked(at: now, sequence: sequence)
            apply(revoked)
            changed.append(revoked)
        }
        advance(to: sequence, at: now)
        return (record, changed)
    }
}

extension PublishedKey {
    /// The record that its revocation leaves.
    func revoked(at time: Timestamp, sequence: UInt64) -> PublishedKey {
        var key = key
        key.standing.revokeTime = time
        key.updateTime = time
        key.endOldSecrets(by: time)
        key.revision = sequence
        return PublishedKey(key: key, counters: counters)
    }
}

extension StoredKey {
    /// No old secret works at or after `time` any more; one that ended before keeps its own end.
    fileprivate mutating func endOldSecrets(by time: Timestamp) {
        for index in old.indices { old[index].deadline = min(old[index].deadline, time) }
    }

    /// Keeps at most `count` old secrets: the oldest that have ended go first, one that still works never does.
    fileprivate mutating func forgetOldSecrets(over count: Int, at now: Timestamp) {
        while old.count > count, let oldest = old.lastIndex(where: { $0.deadline <= now }) { old.remove(at: oldest) }
    }

    /// Whether an update has left everything that it can change as it was.
    fileprivate func says(asMuchAs other: StoredKey) -> Bool {
        name == other.name && description == other.description && userID == other.userID
            && unrestricted == other.unrestricted && standing == other.standing
            && rules?.allowedIPs ?? [] == other.rules?.allowedIPs ?? []
            && rules?.grants ?? [] == other.rules?.grants ?? []
            && rules?.rateLimit == other.rules?.rateLimit && rules?.versionPin == other.rules?.versionPin
    }

    /// R16: a later version at any time; an earlier one only until the deadline that the last upgrade left.
    fileprivate func pin(
        to version: CalendarDate, window: TimeSpan, at now: Timestamp
    ) throws(Refusal) -> VersionPin {
        guard let pin = rules?.versionPin else {
            return VersionPin(version: version, changeTime: now, downgradeDeadline: nil)
        }
        if version == pin.version { return pin }
        if version > pin.version {
            return VersionPin(version: version, changeTime: now, downgradeDeadline: now.advanced(by: window))
        }
        guard let deadline = pin.downgradeDeadline, now < deadline else {
            throw Refusal(
                .failedPrecondition, .downgradeTooLate,
                "key \(id) is pinned to \(pin.version), and the time to set an earlier version is over; set a later one, or create another key"
            )
        }
        return VersionPin(version: version, changeTime: now, downgradeDeadline: deadline)
    }
}

extension KeyRules {
    /// `nil` when there is nothing to have.
    static func rules(
        allowedIPs: [IPBlock], grants: [Grant], rateLimit: RateLimit?, versionPin: VersionPin?,
        replacing previous: KeyRules? = nil
    ) -> KeyRules? {
        if allowedIPs.isEmpty, grants.isEmpty, rateLimit == nil, versionPin == nil { return nil }
        if let previous, previous.allowedIPs == allowedIPs, previous.grants == grants,
            previous.rateLimit == rateLimit, previous.versionPin == versionPin
        {
            return previous
        }
        return KeyRules(
            allowedIPs: allowedIPs, grants: grants, rateLimit: rateLimit, versionPin: versionPin, replacing: previous)
    }
}

extension AccountSettings {
    /// R10: the blocks that a list says, if the account takes them.
    func blocks(_ texts: [String]) throws(Refusal) -> [IPBlock] {
        let (blocks, violations) = FieldRule.allowedIPs(texts, publicOnly: requirePublicIPs)
        if !violations.isEmpty { throw .invalid(violations) }
        return blocks
    }
}
