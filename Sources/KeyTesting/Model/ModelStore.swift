// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A store as the requirements describe it, kept in the plainest way: arrays, linear searches, every number counted from
/// scratch. It knows nothing of the real one but the requests and replies. A value: the simulation keeps one for each
/// mutation that a crash may take back.
struct ModelStore {
    struct Account {
        let id: String
        var cap: UInt32 = 5
        var lifetime = TimeSpan.days(365)
        var prefix = "lk"
        var mustBePublic = false
        var window = TimeSpan.hours(72)
        var overlap = TimeSpan.hours(4)
        let createTime: Timestamp
        var updateTime: Timestamp
        var revision: UInt64 = 0
    }

    /// In the order that they came into being.
    var accounts: [Account] = []
    var keys: [ModelKey] = []
    /// The sequence of the last mutation, and its time.
    var sequence: UInt64 = 0
    var lastTime = Timestamp(nanoseconds: 0)
    /// Whether what is no token may be another system's: there is, or was in this life, a key with such a secret.
    var knowsForeign = false

    /// What a command is given that nobody can foresee: the id and the secret that were drawn for it.
    struct Issued {
        var id: KeyID
        var secret: String
    }

    /// Does what a call asks and says what must be answered. A refusal has a code and a reason; its message is free.
    ///
    /// - Parameter issued: For CreateKey and RekeyKey what was drawn, for ImportKeys an id for each key.
    mutating func perform(_ call: Call, _ issued: [Issued], at now: Timestamp) -> Result<Reply, Refusal> {
        pass(to: now)
        do throws(Refusal) {
            return .success(try reply(call, issued, now))
        } catch {
            return .failure(error)
        }
    }

    /// What the time alone does.
    mutating func pass(to now: Timestamp) {
        for index in keys.indices { keys[index].pass(to: now) }
    }

    /// After a start: rate limits begin anew, and only what is kept is known.
    mutating func restart() {
        for index in keys.indices { keys[index].bucket = ModelBucket() }
        knowsForeign = keys.contains { $0.holdsForeign }
    }

    private mutating func reply(_ call: Call, _ issued: [Issued], _ now: Timestamp) throws(Refusal) -> Reply {
        switch call {
        case .createKey(let request): return .createKey(try create(request, issued.first, now))
        case .updateKey(let request): return .updateKey(try update(request, now))
        case .rekeyKey(let request): return .rekeyKey(try rekey(request, issued.first, now))
        case .retireSecrets(let request): return .retireSecrets(try retire(request, now))
        case .revokeKey(let request): return .revokeKey(try revoke(request, now))
        case .revokeAllKeys(let request): return .revokeAllKeys(try revokeAll(request, now))
        case .importKeys(let request): return .importKeys(try importKeys(request, issued, now))
        case .getKey(let request):
            try Self.require(ModelRule.isKeyID(request.keyID))
            return .getKey(GetKeyResponse(key: keys[try place(request.keyID)].shown(at: now)))
        case .listKeys(let request): return .listKeys(try list(request, now))
        case .getAccount(let request):
            try Self.require(ModelRule.isAccount(request.accountID))
            return .getAccount(GetAccountResponse(account: shown(try account(request.accountID), now)))
        case .updateAccount(let request): return .updateAccount(try update(request, now))
        case .listAccounts(let request): return .listAccounts(try list(request, now))
        case .validate(let request): return .validate(try validate(request, now))
        case .validateBatch, .reportOutcome, .streamUsage, .whoAmI, .health, .snapshot:
            throw Self.refusal(.internal, .callUnknown)
        }
    }

    // MARK: Pieces

    static func refusal(_ code: StatusCode, _ reason: Reason) -> Refusal { Refusal(code, reason, "") }

    static func require(_ isGood: Bool) throws(Refusal) {
        if !isGood { throw refusal(.invalidArgument, .invalidField) }
    }

    func place(_ id: String) throws(Refusal) -> Int {
        guard let place = keys.firstIndex(where: { $0.id.description == id }) else {
            throw Self.refusal(.notFound, .keyNotFound)
        }
        return place
    }

    func account(_ id: String) throws(Refusal) -> Account {
        guard let account = accounts.first(where: { $0.id == id }) else {
            throw Self.refusal(.notFound, .accountNotFound)
        }
        return account
    }

    /// The account, or what it will come into being as.
    func settings(_ id: String, _ now: Timestamp) -> Account {
        accounts.first { $0.id == id } ?? Account(id: id, createTime: now, updateTime: now)
    }

    func keys(of account: String) -> [ModelKey] { keys.filter { $0.account == account } }

    /// R1: refuses an active key more than the account may have.
    func requirePlace(_ account: String, _ now: Timestamp) throws(Refusal) {
        let cap = settings(account, now).cap
        let active = keys(of: account).filter { $0.status(at: now) == .active }.count
        if cap > 0, active + 1 > cap { throw Self.refusal(.resourceExhausted, .activeKeyLimit) }
    }

    /// B1: the next sequence is the mutation's.
    mutating func advance(_ now: Timestamp) {
        sequence += 1
        lastTime = now
    }

    /// Puts a changed key in its place.
    mutating func put(_ changed: ModelKey, at place: Int, _ now: Timestamp) {
        advance(now)
        keys[place] = changed
        keys[place].updateTime = now
        keys[place].revision = sequence
    }

    /// A new key, and its account if that is new too.
    mutating func add(_ key: ModelKey, _ now: Timestamp) {
        if !accounts.contains(where: { $0.id == key.account }) { accounts.append(settings(key.account, now)) }
        keys.append(key)
        put(key, at: keys.count - 1, now)
    }
}

extension ModelKey {
    var holdsForeign: Bool {
        secrets.contains { secret in
            if case .foreign = secret.body { return true }
            return false
        }
    }
}
