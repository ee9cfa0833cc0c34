// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension RecordBlock {
    /// What a person wants to see of a reply.
    init(_ reply: Reply, now: Timestamp = .now) {
        self.init()
        switch reply {
        case .createKey(let response):
            add(response.key, now: now)
            if !response.secret.isEmpty { add("Secret", response.secret, style: .bold, isWhole: true) }
        case .rekeyKey(let response):
            add(response.key, now: now)
            if !response.secret.isEmpty { add("Secret", response.secret, style: .bold, isWhole: true) }
        case .getKey(let response): add(response.key, now: now)
        case .updateKey(let response): add(response.key, now: now)
        case .revokeKey(let response): add(response.key, now: now)
        case .retireSecrets(let response):
            add("Retired", response.retired == 0 ? "none: no old secret was live" : "\(response.retired)")
            add(response.key, now: now)
        case .validate(let response): add(response, now: now)
        case .validateBatch(let batch): for response in batch.responses { add(response, now: now) }
        case .getAccount(let response): add(response.account)
        case .updateAccount(let response): add(response.account)
        case .revokeAllKeys(let response):
            add("Revoked", response.revoked == 1 ? "1 key" : "\(response.revoked) keys")
            add("Revision", "\(response.revision)")
        case .whoAmI(let response):
            add("Caller", response.caller)
            if !response.name.isEmpty { add("Name", response.name) }
            add("Peer", response.peer)
            if response.grants.isEmpty { add("May do", "nothing that takes a right") }
            addGrants(response.grants)
            if !response.keyID.isEmpty { add("Expires", response.expireTime?.text(from: now) ?? "never") }
        case .health(let response): add(response, now: now)
        case .snapshot(let response):
            add("Revision", "\(response.revision)")
            add("Size", "\(Grouped.text(response.sizeBytes)) bytes")
        case .reportOutcome(let response): add("Accepted", "\(response.accepted)")
        // Lists are tables, and a stream's records come one by one, see UsagePrinter.
        case .listKeys, .listAccounts, .importKeys, .streamUsage: break
        }
    }

    private mutating func add(_ key: Key, now: Timestamp) {
        add("Key", key.id.description)
        add("Name", key.name)
        if !key.description.isEmpty { add("Description", key.description) }
        add("Account", key.accountID)
        add("User", key.userID)
        add("Status", key.status.name, style: key.status.style)
        addRules(of: key, now: now)
        add("Expires", key.standing.expireTime?.text(from: now) ?? "never")
        if let time = key.standing.revokeTime { add("Revoked", time.text(from: now), style: .red) }
        add("Created", key.createTime.text(from: now))
        if key.updateTime != key.createTime { add("Updated", key.updateTime.text(from: now)) }
        add("Last used", key.lastUseTime.map { "\($0.text(from: now)), \(key.useCount) in all" } ?? "never")
        add("Hint", key.hint)
        for secret in key.secrets {
            if let deadline = secret.deadline {
                add("Old secret", "#\(secret.generation) until \(deadline.text(from: now))", style: .yellow)
            } else {
                add("In use", "secret #\(secret.generation) since \(secret.createTime.text(from: now))")
            }
        }
        add("Revision", "\(key.revision)")
    }

    private mutating func add(_ response: ValidateResponse, now: Timestamp) {
        add("Verdict", response.verdict?.name ?? "UNKNOWN", style: response.isValid ? .green : .red)
        if !response.message.isEmpty { add("Message", response.message) }
        add("HTTP status", "\(response.httpStatus)")
        if !response.denials.isEmpty {
            add("Denied by", response.denials.map(\.name).joined(separator: ", "), style: .red)
        }
        if let retryAfter = response.retryAfter { add("Try again in", HumanDuration.words(for: retryAfter)) }
        if !response.deniedFields.isEmpty {
            add("Not allowed", response.deniedFields.joined(separator: ", "), style: .red)
        }
        if !response.allowedFields.isEmpty { add("Fields", response.allowedFields.joined(separator: ", ")) }
        guard !response.keyID.isEmpty else { return }
        add("Key", response.keyID)
        add("Name", response.name)
        add("Account", response.accountID)
        add("User", response.userID)
        if let version = response.apiVersion { add("API version", version.description) }
        add("Expires", response.expireTime?.text(from: now) ?? "never")
        if response.superseded {
            let end = response.supersededDeadline.map {
                "\(response.isValid ? "works until" : "ended at") \($0.text(from: now))"
            }
            add("Secret", "#\(response.generation), an old one: \(end ?? "ended")", style: .yellow)
        } else {
            add("Secret", "#\(response.generation), the current one")
        }
        add("Revision", "\(response.revision)")
    }

    private mutating func add(_ account: Account) {
        let settings = account.settings
        let cap = settings.maxActiveKeys
        add("Account", settings.id)
        add("Active keys", "\(account.activeKeys) of \(cap == 0 ? "any number" : "at most \(cap)")")
        add("Keys in all", "\(account.totalKeys)")
        add("New keys", "end after \(written(settings.defaultLifetime)), have tokens \(settings.tokenPrefix)_...")
        add("Re-keying", "old secrets work on for \(written(settings.defaultOverlap))")
        add("API versions", "can be set back for \(written(settings.downgradeWindow)) after an upgrade")
        add("IP lists", settings.requirePublicIPs ? "globally reachable addresses only" : "any addresses")
        add("Created", RFC3339.text(settings.createTime))
        add("Updated", RFC3339.text(settings.updateTime))
        add("Revision", "\(settings.revision)")
    }

    /// As the command line takes it.
    private func written(_ span: TimeSpan) -> String { HumanDuration(span).defaultValueDescription }

    private mutating func add(_ response: HealthResponse, now: Timestamp) {
        add("Status", response.serving ? "serving" : "not serving", style: response.serving ? .green : .red)
        add("Version", response.version)
        add("Keys", "\(response.keys)")
        add("Revision", "\(response.revision)")
        add("Started", response.startTime.text(from: now))
    }
}

/// What a key is restricted by; what is not there has no line.
extension RecordBlock {
    fileprivate mutating func addRules(of key: Key, now: Timestamp) {
        if key.unrestricted { add("May do", "everything (unrestricted)") }
        addGrants(key.grants)
        if !key.allowedIPs.isEmpty { add("From", key.allowedIPs.joined(separator: ", ")) }
        if let limit = key.rateLimit { add("Rate limit", words(for: limit)) }
        guard let pin = key.versionPin else { return }
        add("API version", "\(pin.version), since \(pin.changeTime.text(from: now))")
        guard let deadline = pin.downgradeDeadline else { return }
        add("", "\(deadline > now ? "can" : "could") be set back until \(deadline.text(from: now))")
    }

    /// As they are written on a command line, so that they can be given again with one more.
    fileprivate mutating func addGrants(_ grants: [Grant]) {
        for (index, grant) in grants.enumerated() { add(index == 0 ? "May do" : "", GrantArgument.text(grant)) }
    }

    private func words(for limit: RateLimit) -> String {
        let burst = limit.burst == 0 ? limit.requests : limit.burst
        return "\(RateArgument.text(limit)): \(Grouped.count(limit.requests, "request")) in "
            + "\(HumanDuration.words(for: .seconds(Int64(limit.perSeconds)))), up to \(Grouped.text(burst)) at once"
    }
}

extension KeyStatus {
    var style: Terminal.Style {
        switch self {
        case .active: .green
        case .disabled, .expired: .yellow
        case .revoked: .red
        }
    }
}
