// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a key's life adds up to. The first that holds is told: revoked, disabled, expired, active.
public enum KeyStatus: UInt32, Sendable, CaseIterable {
    case active = 1
    case disabled = 2
    case expired = 3
    case revoked = 4

    public var name: String {
        switch self {
        case .active: "ACTIVE"
        case .disabled: "DISABLED"
        case .expired: "EXPIRED"
        case .revoked: "REVOKED"
        }
    }
}

/// The part of a key's record that its status follows from.
public struct KeyStanding: Sendable, Equatable {
    public var enabled: Bool
    /// Valid strictly before it; `nil` = it never expires.
    public var expireTime: Timestamp?
    public var revokeTime: Timestamp?

    public init(enabled: Bool = true, expireTime: Timestamp? = nil, revokeTime: Timestamp? = nil) {
        self.enabled = enabled
        self.expireTime = expireTime
        self.revokeTime = revokeTime
    }

    /// Whether its end has come, whatever else has happened to it.
    public func isExpired(at now: Timestamp) -> Bool {
        expireTime.map { now >= $0 } ?? false
    }

    /// The one place that says what a key's status is.
    public func status(at now: Timestamp) -> KeyStatus {
        if revokeTime != nil { return .revoked }
        if !enabled { return .disabled }
        if isExpired(at: now) { return .expired }
        return .active
    }
}
