// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// One thing that a record says has changed about a key or an account, found by holding it against the one before.
package enum RecordChange: Sendable, Equatable {
    case created(expireTime: Timestamp?)
    /// Taken over from another system.
    case imported(expireTime: Timestamp?)
    /// Its first record, and so what it was before, went with old history.
    case unknown
    case renamed(from: String, to: String)
    case described(from: String, to: String)
    case userMoved(from: String, to: String)
    case disabled
    case enabled
    case expiryMoved(from: Timestamp?, to: Timestamp?)
    /// A new secret; the old one works until `deadline`.
    case rekeyed(generation: UInt32, deadline: Timestamp?)
    /// Old secrets ended before their time, and not with the key.
    case secretsRetired
    case revoked
    /// With all the others of its account.
    case revokedWithAll
    /// Nothing but its grants restricted it before, or does from now on.
    case unrestricted(Bool)
    case grantsMoved(from: [Grant], to: [Grant])
    /// None = it may be used from anywhere.
    case allowedIPsMoved(from: [String], to: [String])
    case rateLimitMoved(from: RateLimit?, to: RateLimit?)
    case apiVersionMoved(from: CalendarDate?, to: CalendarDate?)
    /// An account's settings; `nil` = what they were before is not known, or they were as every account's at first.
    case capMoved(from: UInt32?, to: UInt32)
    case lifetimeMoved(from: TimeSpan?, to: TimeSpan)
    case tokenPrefixMoved(from: String?, to: String)
    case publicIPsRequired(Bool)
    case downgradeWindowMoved(from: TimeSpan?, to: TimeSpan)
    case overlapMoved(from: TimeSpan?, to: TimeSpan)
    /// Every key of the account that was not before; so many.
    case allRevoked(UInt64)
    /// Nothing that is told apart here.
    case rewritten

    /// A stable name for programs.
    package var name: String {
        switch self {
        case .created: "CREATED"
        case .imported: "IMPORTED"
        case .unknown: "CHANGED"
        case .renamed: "RENAMED"
        case .described: "DESCRIBED"
        case .userMoved: "USER_SET"
        case .disabled: "DISABLED"
        case .enabled: "ENABLED"
        case .expiryMoved: "EXPIRY_MOVED"
        case .rekeyed: "REKEYED"
        case .secretsRetired: "SECRETS_RETIRED"
        case .revoked, .revokedWithAll: "REVOKED"
        case .unrestricted(let isUnrestricted): isUnrestricted ? "UNRESTRICTED" : "RESTRICTED"
        case .grantsMoved: "GRANTS_SET"
        case .allowedIPsMoved: "ALLOWED_IPS_SET"
        case .rateLimitMoved: "RATE_LIMIT_SET"
        case .apiVersionMoved: "API_VERSION_SET"
        case .capMoved: "CAP_SET"
        case .lifetimeMoved: "LIFETIME_SET"
        case .tokenPrefixMoved: "TOKEN_PREFIX_SET"
        case .publicIPsRequired(let isRequired): isRequired ? "PUBLIC_IPS_REQUIRED" : "ANY_IPS_ALLOWED"
        case .downgradeWindowMoved: "DOWNGRADE_WINDOW_SET"
        case .overlapMoved: "OVERLAP_SET"
        case .allRevoked: "ALL_KEYS_REVOKED"
        case .rewritten: "REWRITTEN"
        }
    }
}
