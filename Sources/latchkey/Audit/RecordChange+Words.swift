// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

extension AuditEntry {
    /// "revoked; renamed from a to b".
    var words: String { changes.map(\.words).joined(separator: "; ") }
}

extension RecordChange {
    var words: String {
        switch self {
        case .created(let expireTime): "created, " + Self.expiry(expireTime)
        case .imported(let expireTime): "imported, " + Self.expiry(expireTime)
        case .unknown: "changed (earlier history is gone)"
        case .renamed(let from, let to): "renamed from \"\(from)\" to \"\(to)\""
        case .described(let from, let to): "description \"\(to)\", before: \"\(from)\""
        case .userMoved(let from, let to): "user \"\(to)\", before: \"\(from)\""
        case .disabled: "disabled"
        case .enabled: "enabled"
        case .expiryMoved(let from, let to): Self.expiry(to) + ", before: " + Self.expiry(from)
        case .rekeyed(let generation, let deadline):
            "re-keyed to secret #\(generation)" + (deadline.map { ", the old one ends \(RFC3339.text($0))" } ?? "")
        case .secretsRetired: "old secrets retired"
        case .revoked: "revoked"
        case .revokedWithAll: "revoked with all keys of the account"
        case .unrestricted(let isUnrestricted):
            isUnrestricted ? "may do everything" : "may no longer do everything"
        case .grantsMoved(let from, let to):
            Self.difference("grants", from.map(GrantArgument.text), to.map(GrantArgument.text))
        case .allowedIPsMoved(let from, let to): Self.addresses(from, to)
        case .rateLimitMoved(let from, let to): Self.rate(to) + ", before: " + Self.rate(from)
        case .apiVersionMoved(let from, let to): "API version \(Self.version(to)), before: \(Self.version(from))"
        case .capMoved(let from, let to): Self.moved(from, to, Self.cap)
        case .lifetimeMoved(let from, let to): "new keys end after " + Self.moved(from, to, Self.span)
        case .tokenPrefixMoved(let from, let to): "new tokens begin with " + Self.moved(from, to) { $0 + "_" }
        case .publicIPsRequired(let isRequired):
            isRequired ? "keys only from globally reachable addresses" : "keys from any addresses"
        case .downgradeWindowMoved(let from, let to):
            "API versions can be set back for " + Self.moved(from, to, Self.span)
        case .overlapMoved(let from, let to): "old secrets work on for " + Self.moved(from, to, Self.span)
        case .allRevoked(let count):
            count == 1 ? "the one key left revoked" : "all \(Grouped.text(count)) keys left revoked"
        case .rewritten: "written again, with nothing that shows changed"
        }
    }

    /// Whether keys are gone for good by it.
    var endsKeys: Bool { ["REVOKED", "ALL_KEYS_REVOKED"].contains(name) }

    /// With what it was before, where that is known.
    private static func moved<Value>(_ from: Value?, _ to: Value, _ words: (Value) -> String) -> String {
        words(to) + (from.map { ", before: " + words($0) } ?? "")
    }

    private static func expiry(_ time: Timestamp?) -> String {
        time.map { "expires \(RFC3339.text($0))" } ?? "never expires"
    }

    private static func cap(_ cap: UInt32) -> String {
        cap == 0 ? "no cap on active keys" : "cap of " + Grouped.count(cap, "active key")
    }

    private static func span(_ span: TimeSpan) -> String { HumanDuration(span).defaultValueDescription }

    private static func rate(_ limit: RateLimit?) -> String {
        limit.map { "rate limit " + RateArgument.text($0) } ?? "no rate limit"
    }

    private static func version(_ version: CalendarDate?) -> String { version?.description ?? "none" }

    private static func addresses(_ from: [String], _ to: [String]) -> String {
        if from.isEmpty { return "only from \(to.joined(separator: ", ")), before: from anywhere" }
        if to.isEmpty { return "from anywhere, before: only from \(from.joined(separator: ", "))" }
        return difference("addresses", from, to)
    }

    /// "grants added: a:read; taken away: b:*". A list is long, and what it has gained or lost is not.
    private static func difference(_ things: String, _ from: [String], _ to: [String]) -> String {
        let (old, new) = (Set(from), Set(to))
        let added = to.filter { !old.contains($0) }
        let gone = from.filter { !new.contains($0) }
        let parts = [("added", added), ("taken away", gone)].filter { !$0.1.isEmpty }
        if parts.isEmpty { return "\(things) in another order" }
        return things + " " + parts.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: " and ")
    }
}
