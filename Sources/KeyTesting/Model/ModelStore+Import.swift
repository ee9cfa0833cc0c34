// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Keys of another system, each taken over or refused by itself.
extension ModelStore {
    mutating func importKeys(
        _ request: ImportKeysRequest, _ issued: [Issued], _ now: Timestamp
    ) throws(Refusal) -> ImportKeysResponse {
        try Self.require((1...100).contains(request.keys.count))
        let before = self
        var results: [ImportResult] = []
        for (key, issued) in zip(request.keys, issued) {
            do throws(Refusal) {
                results.append(ImportResult(keyID: try take(key, issued, now).description))
            } catch {
                let isKnown = error.reason == .keyExists
                results.append(ImportResult(keyID: isKnown ? "\(issued.id)" : "", reason: error.reason))
            }
        }
        if request.dryRun { self = before }
        return ImportKeysResponse(results: results)
    }

    private mutating func take(_ key: ImportedKey, _ issued: Issued, _ now: Timestamp) throws(Refusal) -> KeyID {
        let times = [key.createTime, key.revokeTime].compactMap(\.self)
        let blocks = try Self.check(key.request)
        try Self.require(
            key.tokenSHA256.count == 32 && key.hint.unicodeScalars.count <= 8 && ModelRule.isPlain(key.hint)
                && times.allSatisfy { $0.nanoseconds >= 0 && $0 <= now })
        // By id: it is the token's own for ever, whether or not the secret is still kept.
        if keys.contains(where: { $0.id == issued.id }) { throw Self.refusal(.alreadyExists, .keyExists) }
        try Self.require(!settings(key.accountID, now).mustBePublic || blocks.allSatisfy(\.isPublic))
        var new = ModelKey(
            id: issued.id, account: key.accountID, user: key.userID, name: key.name, description: key.description,
            hint: key.hint.count == 8 ? ModelToken.hint(key.hint) : key.hint, expireTime: key.expireTime,
            revokeTime: key.revokeTime, blocks: blocks, grants: key.grants, isUnrestricted: key.unrestricted,
            rateLimit: key.rateLimit, pin: Self.pin(key.apiVersion, now), createTime: key.createTime ?? now,
            updateTime: now, secrets: [])
        new.secrets = [.init(generation: 1, body: .foreign(key.tokenSHA256), createTime: new.createTime)]
        if new.status(at: now) == .active { try requirePlace(key.accountID, now) }
        add(new, now)
        knowsForeign = true
        return issued.id
    }
}
