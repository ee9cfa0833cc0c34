// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// An account's settings: what holds for all its keys.
public struct AccountSettings: Sendable, Equatable {
    public let id: String
    /// How many keys may be active at once; 0 = no cap.
    public var maxActiveKeys: UInt32
    public var createTime: Timestamp
    public var updateTime: Timestamp
    /// The journal sequence of their last change; 0 if they are as they came.
    public var revision: UInt64

    /// The settings that an account has before anyone changes them.
    public init(id: String, createTime: Timestamp) {
        self.init(
            id: id, maxActiveKeys: Limits.defaultMaxActiveKeys, createTime: createTime, updateTime: createTime,
            revision: 0)
    }

    public init(id: String, maxActiveKeys: UInt32, createTime: Timestamp, updateTime: Timestamp, revision: UInt64) {
        self.id = id
        self.maxActiveKeys = maxActiveKeys
        self.createTime = createTime
        self.updateTime = updateTime
        self.revision = revision
    }

    /// What tokens of its keys begin with.
    public var tokenPrefix: String { "lk" }
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
