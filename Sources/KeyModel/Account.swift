// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// An account's settings: what holds for all its keys.
public struct AccountSettings: Sendable, Equatable {
    public let id: String
    /// How many keys may be active at once; 0 = no cap.
    public var maxActiveKeys = Limits.defaultMaxActiveKeys
    /// A new key's, when its request does not say.
    public var defaultLifetime = Limits.defaultLifetime
    /// What new tokens begin with.
    public var tokenPrefix = Limits.defaultTokenPrefix
    /// Whether `allowed_ips` may hold globally reachable addresses only.
    public var requirePublicIPs = false
    /// How long after an upgrade an API version may be set back.
    public var downgradeWindow = Limits.defaultDowngradeWindow
    /// How long an old secret works, when the re-keying does not say.
    public var defaultOverlap = Limits.defaultOverlap
    public let createTime: Timestamp
    public var updateTime: Timestamp
    /// The journal sequence of their last change; 0 if they are as they came.
    public var revision: UInt64 = 0

    /// The reserved account, whose keys are the callers (R13).
    public static let callersID = "latchkey"

    /// The settings that an account has before anyone changes them. Callers are not counted, and end when they are said
    /// to; nobody changes that.
    public init(id: String, createTime: Timestamp) {
        self.id = id
        self.createTime = createTime
        updateTime = createTime
        if id == Self.callersID {
            maxActiveKeys = 0
            tokenPrefix = Limits.callerTokenPrefix
        }
    }
}

/// An account as a read shows it.
public struct Account: Sendable, Equatable {
    public var settings: AccountSettings
    /// How many of its keys are active at the time of the reply.
    public var activeKeys: UInt64
    public var totalKeys: UInt64

    public init(settings: AccountSettings, activeKeys: UInt64, totalKeys: UInt64) {
        self.settings = settings
        self.activeKeys = activeKeys
        self.totalKeys = totalKeys
    }
}
