// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a call does to one key, or to all of an account.
extension ModelStore {
    private static let none = Issued(id: KeyID(of: Digest()), secret: "")

    mutating func create(
        _ request: CreateKeyRequest, _ issued: Issued?, _ now: Timestamp
    ) throws(Refusal) -> CreateKeyResponse {
        let blocks = try Self.check(request)
        if case .at(let time) = request.expiry { try Self.require(time > now) }
        let settings = settings(request.accountID, now)
        try Self.require(!settings.mustBePublic || blocks.allSatisfy(\.isPublic))
        try requirePlace(request.accountID, now)
        let issued = issued ?? Self.none
        let token = ModelToken.text(prefix: settings.prefix, idAndSecret: "\(issued.id)\(issued.secret)")
        add(
            ModelKey(
                id: issued.id, account: request.accountID, user: request.userID, name: request.name,
                description: request.description, hint: ModelToken.hint(token),
                expireTime: Self.time(request.expiry ?? .lifetime(settings.lifetime), now), blocks: blocks,
                grants: request.grants, isUnrestricted: request.unrestricted, rateLimit: request.rateLimit,
                pin: Self.pin(request.apiVersion, now), createTime: now, updateTime: now,
                secrets: [.init(generation: 1, body: .own("\(issued.id)\(issued.secret)"), createTime: now)]), now)
        return CreateKeyResponse(key: keys[keys.count - 1].shown(at: now), secret: token, revision: sequence)
    }

    /// What can be told from the request alone.
    static func check(_ request: CreateKeyRequest) throws(Refusal) -> [ModelBlock] {
        let blocks = ModelRule.blocks(request.allowedIPs)
        try require(
            ModelRule.isAccount(request.accountID) && ModelRule.isUser(request.userID)
                && ModelRule.isName(request.name) && ModelRule.isDescription(request.description)
                && (request.apiVersion.isEmpty || ModelRule.isDate(request.apiVersion))
                && request.unrestricted == request.grants.isEmpty && ModelRule.areGrants(request.grants)
                && ModelRule.isRate(request.rateLimit) && ModelRule.isExpiry(request.expiry) && blocks != nil)
        return blocks ?? []
    }

    static func pin(_ version: String, _ now: Timestamp) -> ModelKey.Pin? {
        version.isEmpty ? nil : .init(version: version, changeTime: now, downgradeDeadline: nil)
    }

    private static func time(_ expiry: Expiry, _ now: Timestamp) -> Timestamp? {
        switch expiry {
        case .at(let time): time
        case .lifetime(let span): Timestamp(nanoseconds: now.nanoseconds + span.nanoseconds)
        case .never: nil
        }
    }

    /// The key that a mutation is about, if it is the one that the caller thinks it is.
    private func known(_ id: String, _ revision: UInt64) throws(Refusal) -> (place: Int, key: ModelKey) {
        try Self.require(ModelRule.isKeyID(id))
        let place = try place(id)
        if revision != 0, keys[place].revision != revision { throw Self.refusal(.aborted, .revisionMismatch) }
        return (place, keys[place])
    }

    private func requireNotRevoked(_ key: ModelKey) throws(Refusal) {
        if key.revokeTime != nil { throw Self.refusal(.failedPrecondition, .keyRevoked) }
    }

    mutating func update(_ request: UpdateKeyRequest, _ now: Timestamp) throws(Refusal) -> UpdateKeyResponse {
        try Self.check(request)
        let (place, before) = try known(request.keyID, request.expectedRevision)
        try requireNotRevoked(before)
        let settings = settings(before.account, now)
        var key = before
        key.name = request.name ?? key.name
        key.description = request.description ?? key.description
        key.user = request.userID ?? key.user
        key.isEnabled = request.enabled ?? key.isEnabled
        if let expiry = request.expiry { key.expireTime = Self.time(expiry, now) }
        if let texts = request.allowedIPs {
            key.blocks = ModelRule.blocks(texts) ?? []
            try Self.require(!settings.mustBePublic || key.blocks.allSatisfy(\.isPublic))
        }
        // R11: a list restricts; only the word `unrestricted` opens.
        if let grants = request.grants { (key.grants, key.isUnrestricted) = (grants, false) }
        if let isUnrestricted = request.unrestricted { key.isUnrestricted = isUnrestricted }
        if key.isUnrestricted { key.grants = [] }
        try Self.require(key.isUnrestricted || !key.grants.isEmpty)
        if let limit = request.rateLimit, limit.value != key.rateLimit {
            key.rateLimit = limit.value
            key.bucket = ModelBucket()
        }
        if let version = request.apiVersion { try Self.move(&key, to: version, settings.window, now) }
        if key.says(asMuchAs: before) {
            return UpdateKeyResponse(key: before.shown(at: now), revision: before.revision)
        }
        if before.status(at: now) != .active, key.status(at: now) == .active { try requirePlace(key.account, now) }
        if !key.isEnabled { key.endOldSecrets(now) }
        key.pass(to: now)
        put(key, at: place, now)
        return UpdateKeyResponse(key: keys[place].shown(at: now), revision: sequence)
    }

    private static func check(_ request: UpdateKeyRequest) throws(Refusal) {
        let names = request.name ?? request.description ?? request.userID ?? request.apiVersion
        let isNothing =
            names == nil && request.enabled == nil && request.allowedIPs == nil && request.grants == nil
            && request.unrestricted == nil && request.expiry == nil && request.rateLimit == nil
        let isOpening = request.unrestricted == true
        try require(
            !isNothing && ModelRule.isKeyID(request.keyID) && request.name.map(ModelRule.isName) ?? true
                && request.description.map(ModelRule.isDescription) ?? true
                && request.userID.map(ModelRule.isUser) ?? true && request.apiVersion.map(ModelRule.isDate) ?? true
                && request.allowedIPs.map { ModelRule.blocks($0) != nil } ?? true
                && request.grants.map { ModelRule.areGrants($0) && $0.isEmpty == isOpening } ?? true
                && ModelRule.isRate(request.rateLimit?.value) && ModelRule.isExpiry(request.expiry))
    }

    /// R16: up at any time; down only until the deadline that the last way up has left.
    private static func move(
        _ key: inout ModelKey, to version: String, _ window: TimeSpan, _ now: Timestamp
    ) throws(Refusal) {
        guard let pin = key.pin else { return key.pin = Self.pin(version, now) }
        // Texts of one shape are in the order of their dates.
        if version == pin.version { return }
        if version > pin.version {
            let deadline = Timestamp(nanoseconds: now.nanoseconds + window.nanoseconds)
            key.pin = .init(version: version, changeTime: now, downgradeDeadline: deadline)
        } else if let deadline = pin.downgradeDeadline, now < deadline {
            key.pin = .init(version: version, changeTime: now, downgradeDeadline: deadline)
        } else {
            throw refusal(.failedPrecondition, .downgradeTooLate)
        }
    }

    mutating func rekey(
        _ request: RekeyKeyRequest, _ issued: Issued?, _ now: Timestamp
    ) throws(Refusal) -> RekeyKeyResponse {
        try Self.require(ModelRule.isKeyID(request.keyID) && request.overlap.map(ModelRule.isOverlap) ?? true)
        var (place, key) = try known(request.keyID, request.expectedRevision)
        try requireNotRevoked(key)
        if let expireTime = key.expireTime, now >= expireTime {
            throw Self.refusal(.failedPrecondition, .keyExpired)
        }
        let settings = settings(key.account, now)
        let overlap = request.overlap ?? settings.overlap
        key.secrets[0].deadline = Timestamp(nanoseconds: now.nanoseconds + overlap.nanoseconds)
        let secret = "\(key.id)\((issued ?? Self.none).secret)"
        let new = ModelKey.Secret(generation: key.secrets[0].generation + 1, body: .own(secret), createTime: now)
        key.secrets.insert(new, at: 0)
        // Overlap 0 ends all of them; so does a key that is deactivated.
        if overlap == .zero || !key.isEnabled { key.endOldSecrets(now) }
        if key.secrets.filter({ key.isLive($0, at: now) }).count > 4 {
            throw Self.refusal(.failedPrecondition, .tooManySecrets)
        }
        // The last 8 are kept, and what still works.
        while key.secrets.count > 9, let oldest = key.secrets.lastIndex(where: { !key.isLive($0, at: now) }) {
            key.secrets.remove(at: oldest)
        }
        let token = ModelToken.text(prefix: settings.prefix, idAndSecret: secret)
        key.hint = ModelToken.hint(token)
        put(key, at: place, now)
        return RekeyKeyResponse(key: keys[place].shown(at: now), secret: token, revision: sequence)
    }

    mutating func retire(_ request: RetireSecretsRequest, _ now: Timestamp) throws(Refusal) -> RetireSecretsResponse {
        var (place, key) = try known(request.keyID, request.expectedRevision)
        let live = key.status(at: now) == .active ? key.secrets.dropFirst().filter { key.isLive($0, at: now) } : []
        if !live.isEmpty {
            key.endOldSecrets(now)
            put(key, at: place, now)
        }
        return RetireSecretsResponse(
            key: keys[place].shown(at: now), retired: UInt32(live.count), revision: keys[place].revision)
    }

    mutating func revoke(_ request: RevokeKeyRequest, _ now: Timestamp) throws(Refusal) -> RevokeKeyResponse {
        // Twice is a success, whatever revision is expected of a key that is gone for good.
        let (place, known) = try known(request.keyID, 0)
        if known.revokeTime == nil {
            var key = try self.known(request.keyID, request.expectedRevision).1
            key.revokeTime = now
            key.endOldSecrets(now)
            put(key, at: place, now)
        }
        return RevokeKeyResponse(key: keys[place].shown(at: now), revision: keys[place].revision)
    }

    mutating func revokeAll(_ request: RevokeAllKeysRequest, _ now: Timestamp) throws(Refusal) -> RevokeAllKeysResponse
    {
        try Self.require(ModelRule.isAccount(request.accountID))
        _ = try account(request.accountID)
        let left = keys.indices.filter { keys[$0].account == request.accountID && keys[$0].revokeTime == nil }
        if request.expectedCount != UInt64(left.count) {
            throw Self.refusal(.failedPrecondition, .keyCountMismatch)
        }
        if !left.isEmpty { advance(now) }
        for place in left {
            keys[place].revokeTime = now
            keys[place].endOldSecrets(now)
            (keys[place].updateTime, keys[place].revision) = (now, sequence)
        }
        return RevokeAllKeysResponse(revoked: UInt64(left.count), revision: sequence)
    }
}
