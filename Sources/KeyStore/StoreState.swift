// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Everything the store knows, as a value: commands in, records out. No clock, no randomness, no I/O.
///
/// Every command is decided in one step against the latest state, what is not yet durable included. It returns the new
/// record, already applied, or throws and has changed nothing.
package struct StoreState {
    private(set) var keys = KeyTable()
    private(set) var accounts: [String: AccountState] = [:]
    /// In the order that they came into being.
    private var accountIDs: [String] = []
    private var accountOrder = AccountOrder()
    private var expiries = ExpiryQueue()
    /// Up to when keys that expired have given up their places.
    private var swept = Timestamp(nanoseconds: .min)
    /// B7: what retries are answered from.
    var requests: RequestTable
    /// The sequence of the last mutation.
    package private(set) var lastSequence: UInt64 = 0
    /// The time of the last mutation: the store's time never falls below it.
    package private(set) var lastTime = Timestamp(nanoseconds: 0)

    struct AccountState {
        var settings: AccountSettings
        /// Keys that are active as of `swept`.
        var active = 0
        /// Keys that are revoked.
        var revoked = 0
        /// Where its keys are in the table, in the order that they were made.
        var places: ContiguousArray<UInt32> = []
    }

    /// A test may have it keep fewer requests with an id.
    package init(keptRequests: Int = Limits.keptRequests, keptRequestBytes: Int = Limits.keptRequestBytes) {
        requests = RequestTable(most: keptRequests, mostBytes: keptRequestBytes)
    }

    package var keyCount: Int { keys.count }

    package var accountCount: Int { accountIDs.count }

    /// Some keys, in the order that they were made; `places` reach to `keyCount`. Nothing ever changes its place, so
    /// that slices can be taken whenever there is time.
    package func keys(_ places: Range<Int>) -> [PublishedKey] { Array(keys.records[places]) }

    /// Some accounts' settings, in the order that the accounts came into being; `places` reach to `accountCount`.
    package func accounts(_ places: Range<Int>) -> [AccountSettings] {
        accountIDs[places].compactMap { accounts[$0]?.settings }
    }

    /// Requests with an id that are remembered, in the order of their mutations' sequences.
    package func requests(after sequence: UInt64, through last: UInt64, _ count: Int) -> [KeptRequest] {
        requests.kept(after: sequence, through: last, atMost: count)
    }

    package var requestCount: Int { requests.count }

    package func key(_ id: KeyID) -> PublishedKey? { keys[id] }

    /// An account's settings, or those that it would come into being with.
    package func settings(ofAccount id: String) -> AccountSettings {
        accounts[id]?.settings ?? AccountSettings(id: id, createTime: lastTime)
    }

    /// Accounts' ids in their order, from the first behind `id` on.
    mutating func accountIDs(after id: String) -> ArraySlice<String> { accountOrder.ids(after: id, of: accountIDs) }

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

    /// Revokes what was not revoked before the record with this sequence, likewise.
    package mutating func replay(_ record: RevokeAllRecord, sequence: UInt64) {
        for place in accounts[record.accountID]?.places ?? [] {
            let known = keys.records[Int(place)]
            if known.key.revision < sequence, known.key.standing.revokeTime == nil {
                apply(known.revoked(at: record.time, sequence: sequence))
            }
        }
        advance(to: max(lastSequence, sequence), at: max(lastTime, record.time))
    }

    /// Goes on behind the last record that was read back, whatever it was.
    package mutating func resume(after sequence: UInt64, at time: Timestamp?) {
        advance(to: max(lastSequence, sequence), at: max(lastTime, time ?? lastTime))
    }

    // MARK: Pieces

    /// The time that a command is decided at, when the keys that have expired by then have given up their places.
    mutating func begin(at time: Timestamp) -> Timestamp {
        let now = max(time, lastTime)
        requests.forget(until: now, atMost: Limits.requestsForgottenPerTurn)
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

    func find(_ id: String) throws(Refusal) -> PublishedKey {
        guard let id = KeyID(id), let key = keys[id] else {
            throw .noSuchKey(id)
        }
        return key
    }

    /// The key, if it is the one that the caller thinks it is.
    func find(_ id: String, expecting revision: UInt64) throws(Refusal) -> PublishedKey {
        let key = try find(id)
        if revision != 0, key.key.revision != revision {
            throw Refusal(
                .aborted, .revisionMismatch,
                "key \(id) is at revision \(key.key.revision), not \(revision); read it again and decide anew")
        }
        return key
    }

    func checkNotRevoked(_ key: PublishedKey) throws(Refusal) {
        if key.key.standing.revokeTime != nil {
            throw Refusal(
                .failedPrecondition, .keyRevoked, "key \(key.key.id) was revoked, for good; create a new one")
        }
    }

    /// Whether the store may hold one key more, of an account that may be new, beside others that are about to be made.
    func checkRoom(
        forAccount id: String, keys others: Int = 0, accounts: Set<String> = []
    ) throws(Refusal) {
        let new = accounts.union([id]).count { self.accounts[$0] == nil }
        if keys.count + others >= Limits.keys || self.accounts.count + new > Limits.accounts {
            throw Refusal(.resourceExhausted, .storeFull, "the store holds as many keys or accounts as it may")
        }
    }

    /// R1: whether one more key may be active, beside others that are about to be.
    func checkPlace(inAccount id: String, beside others: Int = 0) throws(Refusal) {
        let cap = accounts[id]?.settings.maxActiveKeys ?? Limits.defaultMaxActiveKeys
        if cap != 0, (accounts[id]?.active ?? 0) + others >= Int(cap) {
            throw Refusal(
                .resourceExhausted, .activeKeyLimit,
                "account \(id) has \(cap) active \(cap == 1 ? "key" : "keys"), as many as it may; revoke or disable one, or raise max_active_keys"
            )
        }
    }

    /// Gives a changed record the next sequence and applies it.
    mutating func commit(_ changed: StoredKey, counters: UseCounters, at now: Timestamp) -> PublishedKey {
        var key = changed
        key.revision = lastSequence + 1
        key.updateTime = now
        let record = PublishedKey(key: key, counters: counters)
        apply(record)
        advance(to: key.revision, at: now)
        return record
    }

    mutating func advance(to sequence: UInt64, at time: Timestamp) {
        lastSequence = sequence
        lastTime = time
    }

    mutating func apply(_ record: PublishedKey) {
        let key = record.key
        let before = keys.put(record)?.key
        let was = before?.standing.status(at: swept)
        let status = key.standing.status(at: swept)
        if was != status {
            // Its first key: what an imported one says of its own making is older.
            if accounts[key.accountID] == nil { apply(.init(id: key.accountID, createTime: key.updateTime)) }
            if before == nil { accounts[key.accountID]?.places.append(UInt32(keys.count - 1)) }
            accounts[key.accountID]?.active += (status == .active ? 1 : 0) - (was == .active ? 1 : 0)
            accounts[key.accountID]?.revoked += (status == .revoked ? 1 : 0) - (was == .revoked ? 1 : 0)
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

    mutating func apply(_ settings: AccountSettings) {
        if accounts[settings.id] == nil {
            accounts[settings.id] = AccountState(settings: settings)
            accountIDs.append(settings.id)
        } else {
            accounts[settings.id]?.settings = settings
        }
    }
}
