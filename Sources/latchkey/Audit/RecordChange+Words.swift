// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

extension AuditEntry {
    /// "revoked, renamed from a to b".
    var words: String { changes.map(\.words).joined(separator: ", ") }
}

extension RecordChange {
    var words: String {
        switch self {
        case .created(let expireTime): "created, " + Self.expiry(expireTime)
        case .unknown: "changed (earlier history is gone)"
        case .renamed(let from, let to): "renamed from \"\(from)\" to \"\(to)\""
        case .described: "description changed"
        case .disabled: "disabled"
        case .enabled: "enabled"
        case .expiryMoved(let from, let to): Self.expiry(to) + ", before: " + Self.expiry(from)
        case .rekeyed(let generation, let deadline):
            "re-keyed to secret #\(generation)" + (deadline.map { ", the old one ends \(RFC3339.text($0))" } ?? "")
        case .secretsRetired: "old secrets retired"
        case .revoked: "revoked"
        case .capSet(let cap): Self.cap(cap)
        case .capMoved(let from, let to): Self.cap(to) + ", before: " + Self.cap(from)
        case .rewritten: "written again, with nothing that shows changed"
        }
    }

    private static func expiry(_ time: Timestamp?) -> String {
        time.map { "expires \(RFC3339.text($0))" } ?? "never expires"
    }

    private static func cap(_ cap: UInt32) -> String {
        cap == 0 ? "no cap on active keys" : "cap of " + Grouped.count(cap, "active key")
    }
}
