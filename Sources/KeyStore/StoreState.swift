// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Everything the store knows, as a value: commands in, records out. No clock, no randomness, no I/O.
///
/// Every command is decided in one step against the latest state, what is not yet durable included. It returns the new
/// record, already applied, or throws and has changed nothing.
package struct StoreState {
    private var keys = KeyTable()
    private var accounts: [String: AccountState] = [:]
    /// In the order that they came into being.
    private var accountIDs: [String] = []
    private var expiries = ExpiryQueue()
    /// Up to when keys that expired have given up their places.
    private var swept = Timestamp(nanoseconds: .min)
    /// The sequence of the last mutation.
    package private(set) var lastSequence: UInt64 = 0
    /// The time of the last mutation: the store's time never falls below it.
    package private(set) var lastTime = Timestamp(nanoseconds: 0)

    private struct AccountState {
        var settings: AccountSettings
        /// Keys that are active as of `swept`.
        var active = 0
        var total = 0
    }

    package init() {}

    package var keyCount: Int { keys.count }

    package var accountCount: Int { accountIDs.count }

    /// Some keys, in the order that they were made; `places` reach to `keyCount`. Nothing ever changes its place, so
    /// that slices can be taken whenever there is time.
    package func keys(_ places: Range<Int>) -> [PublishedKey] { Array(keys.records[places]) }

    /// Some accounts' settings, in the order that the accounts came into being; `places` reach to `accountCount`.
    package func accounts(_ places: Range<Int>) -> [AccountSettings] {
        accountIDs[places].compactMap { accounts[$0]?.settings }
    }

    package func key(_ id: KeyID) -> PublishedKey? { keys[id] }

    /// What tokens of the account's keys begin with.
    package func tokenPrefix(ofAccount id: String) -> String {
        accounts[id]?.settings.tokenPrefix ?? AccountSettings(id: id, createTime: lastTime).tokenPrefix
    }

    // MARK: Commands

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

    /// R1, R2, R12: a new key, if its account has a place for it.
    package mutating func createKey(
        _ request: CreateKeyRequest, id: KeyID, _ secret: NewSecret, at time: Timestamp
    ) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        if keys.count >= Limits.keys || (accounts[request.accountID] == nil && accounts.count >= Limits.accounts) {
            throw Refusal(.resourceExhausted, .storeFull, "the store holds as many keys or accounts as it may")
        }
        let expireTime = (request.expiry ?? .lifetime(Limits.defaultLifetime)).time(from: now)
        if let expireTime, expireTime <= now {
            throw .invalid([FieldViolation("expire_time", "must lie in the future")])
        }
        try checkPlace(inAccount: request.accountID)
        let key = StoredKey(
            id: id, accountID: request.accountID, userID: request.userID, name: request.name,
            description: request.description, hint: secret.hint, unrestricted: request.unrestricted,
            standing: KeyStanding(expireTime: expireTime), createTime: now, updateTime: now,
            current: StoredSecret(
                generation: 1, digest: secret.digest, storeKeyVersion: secret.storeKeyVersion, createTime: now),
            old: [], createSequence: lastSequence + 1, revision: lastSequence + 1)
        return commit(key, counters: UseCounters(), at: now)
    }

    /// R4, R6 and the expiry of R2. Returns the same record when nothing changes.
    package mutating func updateKey(_ request: UpdateKeyRequest, at time: Timestamp) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        let before = try find(request.keyID)
        try checkNotRevoked(before)
        var key = before.key
        if let name = request.name { key.name = name }
        if let description = request.description { key.description = description }
        if let enabled = request.enabled { key.standing.enabled = enabled }
        if let expiry = request.expiry { key.standing.expireTime = expiry.time(from: now) }
        // Old secrets end, for good, with what ended the key: its deactivation, or the expiry that is being moved.
        if !key.standing.enabled { key.endOldSecrets(by: now) }
        if before.key.standing.isExpired(at: now), let expired = before.key.standing.expireTime {
            key.endOldSecrets(by: expired)
        }
        let changed =
            key.name != before.key.name || key.description != before.key.description
            || key.standing != before.key.standing
        if !changed { return before }
        let wasActive = before.key.standing.status(at: now) == .active
        if !wasActive, key.standing.status(at: now) == .active { try checkPlace(inAccount: key.accountID) }
        return commit(key, counters: before.counters, at: now)
    }

    /// R9: a new secret for the same key; the old one works on for the overlap.
    package mutating func rekeyKey(
        _ request: RekeyKeyRequest, _ secret: NewSecret, at time: Timestamp
    ) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        let before = try find(request.keyID)
        try checkNotRevoked(before)
        var key = before.key
        if key.standing.isExpired(at: now) {
            throw Refusal(
                .failedPrecondition, .keyExpired, "key \(key.id) has expired; extend it first, then re-key it")
        }
        let overlap = request.overlap ?? Limits.defaultOverlap
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
        return commit(key, counters: before.counters, at: now)
    }

    /// Ends the overlap of every old secret. Returns how many were live; with none, the same record.
    package mutating func retireSecrets(
        _ request: RetireSecretsRequest, at time: Timestamp
    ) throws(Refusal) -> (key: PublishedKey, retired: UInt32) {
        let now = begin(at: time)
        let before = try find(request.keyID)
        var key = before.key
        let live = key.standing.status(at: now) == .active ? key.old.count { $0.deadline > now } : 0
        if live == 0 { return (before, 0) }
        key.endOldSecrets(by: now)
        return (commit(key, counters: before.counters, at: now), UInt32(live))
    }

    /// R5: ends a key for good. Of one that was revoked before, returns the same record.
    package mutating func revokeKey(_ request: RevokeKeyRequest, at time: Timestamp) throws(Refusal) -> PublishedKey {
        let now = begin(at: time)
        let before = try find(request.keyID)
        if before.key.standing.revokeTime != nil { return before }
        var key = before.key
        key.standing.revokeTime = now
        key.endOldSecrets(by: now)
        return commit(key, counters: before.counters, at: now)
    }

    /// Returns the account, and whether its settings changed; makes it when there is none.
    package mutating func updateAccount(
        _ request: UpdateAccountRequest, at time: Timestamp
    ) throws(Refusal) -> (account: Account, changed: Bool) {
        let now = begin(at: time)
        let known = accounts[request.accountID]
        if known == nil, accounts.count >= Limits.accounts {
            throw Refusal(.resourceExhausted, .storeFull, "the store holds as many accounts as it may")
        }
        var settings = known?.settings ?? AccountSettings(id: request.accountID, createTime: now)
        if let cap = request.maxActiveKeys { settings.maxActiveKeys = cap }
        if let known, known.settings == settings { return (shown(known), false) }
        settings.updateTime = now
        settings.revision = lastSequence + 1
        apply(settings)
        advance(to: settings.revision, at: now)
        return (try account(request.accountID, at: now), true)
    }

    package mutating func account(_ id: String, at time: Timestamp) throws(Refusal) -> Account {
        _ = begin(at: time)
        guard let account = accounts[id] else {
            throw Refusal(
                .notFound, .accountNotFound,
                "there is no account \(id); it comes into being with its first key or setting")
        }
        return shown(account)
    }

    // MARK: Replay

    /// Puts a key that was read back. One that is older than what is there already is ignored, but for its counters.
    package mutating func replay(_ record: PublishedKey, at time: Timestamp) {
        let key = record.key
        guard let known = keys[key.id] else {
            restore(record, at: time)
            return
        }
        known.counters.raise(to: record.counters)
        if known.key.revision >= key.revision { return }
        restore(PublishedKey(key: key, counters: known.counters), at: time)
    }

    private mutating func restore(_ record: PublishedKey, at time: Timestamp) {
        apply(record)
        advance(to: max(lastSequence, record.key.revision), at: max(lastTime, time))
    }

    /// Puts an account's settings that were read back, likewise.
    package mutating func replay(_ settings: AccountSettings, at time: Timestamp) {
        if let known = accounts[settings.id], known.settings.revision >= settings.revision { return }
        apply(settings)
        advance(to: max(lastSequence, settings.revision), at: max(lastTime, time))
    }

    /// Goes on behind the last record that was read back, whatever it was.
    package mutating func resume(after sequence: UInt64, at time: Timestamp?) {
        advance(to: max(lastSequence, sequence), at: max(lastTime, time ?? lastTime))
    }

    // MARK: Pieces

    /// The time that a command is decided at, when the keys that have expired by then have given up their places.
    private mutating func begin(at time: Timestamp) -> Timestamp {
        let now = max(time, lastTime)
        if now <= swept { return now }
        var previous: ExpiryQueue.Entry?
        while let entry = expiries.pop(until: now) {
            // An expiry that was set, changed and set again stands in the queue twice; it counts once.
            defer { previous = entry }
            if let previous, previous.id == entry.id, previous.time == entry.time { continue }
            guard let key = keys[entry.id]?.key, key.standing.expireTime == entry.time,
                key.standing.enabled, key.standing.revokeTime == nil
            else { continue }
            accounts[key.accountID]?.active -= 1
        }
        swept = now
        return now
    }

    private func find(_ id: String) throws(Refusal) -> PublishedKey {
        guard let id = KeyID(id), let key = keys[id] else {
            throw .noSuchKey(id)
        }
        return key
    }

    private func checkNotRevoked(_ key: PublishedKey) throws(Refusal) {
        if key.key.standing.revokeTime != nil {
            throw Refusal(
                .failedPrecondition, .keyRevoked, "key \(key.key.id) was revoked, for good; create a new one")
        }
    }

    /// R1: whether one more key may be active.
    private func checkPlace(inAccount id: String) throws(Refusal) {
        let cap = accounts[id]?.settings.maxActiveKeys ?? Limits.defaultMaxActiveKeys
        if cap != 0, accounts[id]?.active ?? 0 >= Int(cap) {
            throw Refusal(
                .resourceExhausted, .activeKeyLimit,
                "account \(id) has \(cap) active keys, as many as it may; revoke or disable one, or raise max_active_keys"
            )
        }
    }

    private func shown(_ account: AccountState) -> Account {
        Account(settings: account.settings, activeKeys: UInt64(account.active), totalKeys: UInt64(account.total))
    }

    /// Gives a changed record the next sequence and applies it.
    private mutating func commit(_ changed: StoredKey, counters: UseCounters, at now: Timestamp) -> PublishedKey {
        var key = changed
        key.revision = lastSequence + 1
        key.updateTime = now
        let record = PublishedKey(key: key, counters: counters)
        apply(record)
        advance(to: key.revision, at: now)
        return record
    }

    private mutating func advance(to sequence: UInt64, at time: Timestamp) {
        lastSequence = sequence
        lastTime = time
    }

    private mutating func apply(_ record: PublishedKey) {
        let key = record.key
        let before = keys.put(record)?.key
        let wasActive = before?.standing.status(at: swept) == .active
        let isActive = key.standing.status(at: swept) == .active
        if before == nil || wasActive != isActive {
            if accounts[key.accountID] == nil { apply(.init(id: key.accountID, createTime: key.createTime)) }
            accounts[key.accountID]?.total += before == nil ? 1 : 0
            accounts[key.accountID]?.active += (isActive ? 1 : 0) - (wasActive ? 1 : 0)
        }
        if let expireTime = key.standing.expireTime, expireTime > swept, before?.standing.expireTime != expireTime {
            expiries.push(key.id, at: expireTime)
            forgetOldExpiries()
        }
    }

    /// Expiries that were moved stay in the queue until their time; this keeps it from growing with every move.
    private mutating func forgetOldExpiries() {
        if expiries.count <= 2 * keys.count + Limits.staleExpiries { return }
        expiries = ExpiryQueue(
            keys.records.compactMap { record in
                let standing = record.key.standing
                guard let time = standing.expireTime, time > swept else { return nil }
                return .init(time: time, id: record.key.id)
            })
    }

    private mutating func apply(_ settings: AccountSettings) {
        if accounts[settings.id] == nil {
            accounts[settings.id] = AccountState(settings: settings)
            accountIDs.append(settings.id)
        } else {
            accounts[settings.id]?.settings = settings
        }
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
}
