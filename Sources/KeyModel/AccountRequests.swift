// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What concerns an account as a whole.
public struct GetAccountRequest: Sendable, Equatable {
    public var accountID: String

    public init(accountID: String) {
        self.accountID = accountID
    }
}

/// Which settings to change: those that are not `nil`.
public struct UpdateAccountRequest: Sendable, Equatable {
    public var accountID: String
    /// 0 = no cap.
    public var maxActiveKeys: UInt32?
    public var defaultLifetime: TimeSpan?
    public var tokenPrefix: String?
    public var requirePublicIPs: Bool?
    public var downgradeWindow: TimeSpan?
    public var defaultOverlap: TimeSpan?
    /// Refuse unless the account's revision is this; 0 = any.
    public var expectedRevision: UInt64
    public var requestID: [UInt8]

    public init(
        accountID: String, maxActiveKeys: UInt32? = nil, defaultLifetime: TimeSpan? = nil, tokenPrefix: String? = nil,
        requirePublicIPs: Bool? = nil, downgradeWindow: TimeSpan? = nil, defaultOverlap: TimeSpan? = nil,
        expectedRevision: UInt64 = 0, requestID: [UInt8] = []
    ) {
        self.accountID = accountID
        self.maxActiveKeys = maxActiveKeys
        self.defaultLifetime = defaultLifetime
        self.tokenPrefix = tokenPrefix
        self.requirePublicIPs = requirePublicIPs
        self.downgradeWindow = downgradeWindow
        self.defaultOverlap = defaultOverlap
        self.expectedRevision = expectedRevision
        self.requestID = requestID
    }
}

public struct ListAccountsRequest: Sendable, Equatable {
    /// 1 to 100; 0 = 25.
    public var limit: UInt32
    /// An account's id: go on after it; empty = from the first.
    public var startingAfter: String

    public init(limit: UInt32 = 0, startingAfter: String = "") {
        self.limit = limit
        self.startingAfter = startingAfter
    }
}

/// R8: every key of an account, for good.
public struct RevokeAllKeysRequest: Sendable, Equatable {
    public var accountID: String
    /// How many keys not yet revoked the caller expects.
    public var expectedCount: UInt64
    public var requestID: [UInt8]

    public init(accountID: String, expectedCount: UInt64, requestID: [UInt8] = []) {
        self.accountID = accountID
        self.expectedCount = expectedCount
        self.requestID = requestID
    }
}
