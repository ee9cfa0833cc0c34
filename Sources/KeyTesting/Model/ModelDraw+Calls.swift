// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// Draws a call for a store that is as the model says.
extension ModelDraw {
    mutating func call(_ model: ModelStore, _ now: Timestamp) -> Call {
        let key = key(model, now)
        let id = keyID(key)
        let revision = once(in: 6) ? key?.revision ?? 0 : once(in: 20) ? UInt64(below(30) + 1) : 0
        switch below(88) {
        case 0..<11: return .createKey(creation(now))
        case 11..<24: return .updateKey(update(id, revision, now))
        case 24..<32:
            return .rekeyKey(
                RekeyKeyRequest(keyID: id, overlap: once(in: 8) ? nil : overlap(), expectedRevision: revision))
        case 32..<34: return .retireSecrets(RetireSecretsRequest(keyID: id, expectedRevision: revision))
        case 34..<36: return .revokeKey(RevokeKeyRequest(keyID: id, expectedRevision: revision))
        case 36: return .revokeAllKeys(revokeAll(model))
        case 37..<40: return .importKeys(imports(model, now))
        case 40..<43: return .getKey(GetKeyRequest(keyID: id))
        case 43..<51: return .listKeys(list(model))
        case 51..<53: return .getAccount(GetAccountRequest(accountID: account()))
        case 53..<58: return .updateAccount(accountUpdate(model))
        case 58..<60:
            return .listAccounts(
                ListAccountsRequest(
                    limit: pick([0, 1, 2, 3, 100, 101]),
                    startingAfter: once(in: 2) ? "" : pick(["a", "acme", "b", "z"])))
        default: return .validate(validation(model, key))
        }
    }

    private mutating func keyID(_ key: ModelKey?) -> String {
        if once(in: 40) { return pick(["", "short", "000000000000", "00000000000-"]) }
        return key?.id.description ?? "zzzzzzzzzzzz"
    }

    private mutating func creation(_ now: Timestamp) -> CreateKeyRequest {
        let isUnrestricted = once(in: 2)
        return CreateKeyRequest(
            accountID: account(), userID: user(), name: name(), description: description(), allowedIPs: blocks(),
            grants: isUnrestricted != once(in: 40) ? [] : grants(), unrestricted: isUnrestricted,
            apiVersion: once(in: 2) ? "" : version(), expiry: once(in: 2) ? nil : expiry(now),
            rateLimit: once(in: 2) ? limit() : nil)
    }

    private mutating func update(_ id: String, _ revision: UInt64, _ now: Timestamp) -> UpdateKeyRequest {
        var update = UpdateKeyRequest(keyID: id, expectedRevision: revision)
        for _ in 0...below(3) {
            switch below(once(in: 10) ? 16 : 14) {
            case 0: update.name = name()
            case 1: update.description = description()
            case 2: update.userID = user()
            case 3, 4: update.enabled = !once(in: 3)
            case 5: update.allowedIPs = blocks()
            case 6: update.grants = once(in: 8) ? [] : grants()
            case 7: update.unrestricted = !once(in: 5)
            case 8, 9: update.apiVersion = version()
            case 10, 11: update.expiry = expiry(now)
            case 12: update.rateLimit = .set(limit())
            case 13: update.rateLimit = once(in: 2) ? .clear : .set(RateLimit(requests: 2, perSeconds: 60))
            default: break
            }
        }
        return update
    }

    private mutating func revokeAll(_ model: ModelStore) -> RevokeAllKeysRequest {
        let account = account()
        let left = model.keys(of: account).filter { $0.revokeTime == nil }.count
        return RevokeAllKeysRequest(accountID: account, expectedCount: UInt64(left + (once(in: 4) ? 0 : below(3))))
    }

    private mutating func accountUpdate(_ model: ModelStore) -> UpdateAccountRequest {
        var update = UpdateAccountRequest(accountID: account())
        if once(in: 4) {
            update.expectedRevision = model.accounts.first { $0.id == update.accountID }?.revision ?? UInt64(below(9))
        }
        for _ in 0...below(3) {
            switch below(once(in: 20) ? 9 : 8) {
            case 0, 1: update.maxActiveKeys = pick([0, 1, 3, 5, 8, 40])
            case 2:
                update.defaultLifetime =
                    once(in: 10) ? .zero : TimeSpan(nanoseconds: max(1_000_000, span().nanoseconds))
            case 3: update.tokenPrefix = once(in: 10) ? "a-b" : pick(["", "lk", "my_app", "_", "0123456789abcdef"])
            case 4, 5: update.requirePublicIPs = once(in: 3)
            case 6: update.downgradeWindow = once(in: 10) ? .days(366) : pick([.zero, .seconds(30), .days(365)])
            case 7: update.defaultOverlap = overlap()
            default: break
            }
        }
        return update
    }

    private mutating func imports(_ model: ModelStore, _ now: Timestamp) -> ImportKeysRequest {
        let keys = (0...below(3)).map { _ in
            let token = "other-\(below(40))"
            let hash = Array(token.utf8).withUnsafeBytes { sha256($0) }.bytes
            let isUnrestricted = once(in: 2)
            return ImportedKey(
                tokenSHA256: once(in: 30) ? [1, 2] : hash,
                hint: pick(["", "ot", "other..7", "other-1\u{E9}", "123456789"]),
                accountID: account(), userID: user(), name: name(), description: description(), allowedIPs: blocks(),
                grants: isUnrestricted ? [] : grants(), unrestricted: isUnrestricted,
                apiVersion: once(in: 2) ? "" : version(), expireTime: once(in: 2) ? nil : time(near: now),
                revokeTime: once(in: 6) ? time(near: now) : nil, createTime: once(in: 2) ? time(before: now) : nil,
                rateLimit: once(in: 4) ? limit() : nil)
        }
        return ImportKeysRequest(keys: once(in: 40) ? [] : keys, dryRun: once(in: 4))
    }

    private mutating func time(before now: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: now.nanoseconds - span().nanoseconds)
    }

    private mutating func time(near now: Timestamp) -> Timestamp {
        once(in: 3) ? Timestamp(nanoseconds: now.nanoseconds + span().nanoseconds) : time(before: now)
    }

    private mutating func list(_ model: ModelStore) -> ListKeysRequest {
        var list = ListKeysRequest(
            accountID: account(), filter: pick(KeyFilter.allCases), limit: pick([0, 1, 1, 2, 3, 5, 10, 100, 101]))
        // Rarely two of them, which exclude each other.
        for _ in 0...(once(in: 12) ? 1 : 0) {
            switch below(4) {
            case 0: list.startingAfter = cursor(model, list.accountID)
            case 1: list.endingBefore = cursor(model, list.accountID)
            case 2: list.offset = UInt32(pick([0, 1, 2, 3, 7, 1_000]))
            default: break
            }
        }
        return list
    }

    private mutating func cursor(_ model: ModelStore, _ account: String) -> String {
        if once(in: 20) { return pick(["x", "000000000000"]) }
        let keys = once(in: 20) ? model.keys : model.keys(of: account)
        return keys.randomElement(using: &random)?.id.description ?? "000000000000"
    }

    // MARK: Validate

    private mutating func validation(_ model: ModelStore, _ key: ModelKey?) -> ValidateRequest {
        // What the key allows is asked for more often than chance would have it.
        let pattern = key?.grants.randomElement(using: &random)?.resource ?? ""
        let resource =
            once(in: 12)
            ? "" : once(in: 4) ? self.resource() : pattern.hasSuffix("*") ? pattern.dropLast() + "b" : pattern
        return ValidateRequest(
            secret: secret(model, key), clientIP: clientIP(key), resource: resource,
            action: once(in: 3) ? nil : pick(Action.allCases + [.read, .read, .read]),
            httpMethod: once(in: 60)
                ? "get" : pick(["", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"]),
            path: pick(["", "/a"]), fields: once(in: 2) ? [] : some(Self.fields, atMost: 2), explain: once(in: 4))
    }

    /// A true secret of any generation, one that was true once, or none.
    private mutating func secret(_ model: ModelStore, _ key: ModelKey?) -> String {
        switch below(30) {
        case 0: return pick(["", "x", "lk_", "other-\(below(40))", String(repeating: "A", count: 78)])
        case 1: return ModelToken.text(prefix: "lk", idAndSecret: base62(55))
        case 2: return ModelToken.text(prefix: "lk", idAndSecret: (key?.id.description ?? base62(12)) + base62(43))
        case 3, 4: return tokens.isEmpty ? "" : pick(tokens)
        case 5:
            // A typing mistake.
            guard var token = tokens.last.map({ Array($0.utf8) }) else { return "x" }
            token[below(token.count)] = 65
            return String(decoding: token, as: UTF8.self)
        default: break
        }
        guard let key, let secret = once(in: 2) ? key.secrets.first : key.secrets.randomElement(using: &random) else {
            return "lk"
        }
        switch secret.body {
        case .own(let body): return ModelToken.text(prefix: once(in: 9) ? "_9_" : "lk", idAndSecret: body)
        case .foreign(let hash):
            let texts = (0..<40).map { "other-\($0)" }
            return texts.first { Array($0.utf8).withUnsafeBytes { sha256($0) }.bytes == hash } ?? ""
        }
    }

    /// An instant at which something will happen by time alone.
    mutating func instant(_ model: ModelStore, _ now: Timestamp) -> Timestamp? {
        var instants: [Timestamp] = []
        for key in model.keys where key.revokeTime == nil {
            instants += [key.expireTime, key.pin?.downgradeDeadline].compactMap(\.self)
            instants += key.secrets.compactMap { key.end(of: $0) }
        }
        let latest = now.nanoseconds + TimeSpan.days(40).nanoseconds
        let soon = instants.filter { $0 > now && $0.nanoseconds < latest }.sorted().prefix(4)
        return soon.randomElement(using: &random)
    }
}
