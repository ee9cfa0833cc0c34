// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// R14: an account's keys, newest first. At most one of the cursors and the offset is given.
public struct ListKeysRequest: Sendable, Equatable {
    public var accountID: String
    public var filter: KeyFilter
    /// 1 to 100; 0 = 25.
    public var limit: UInt32
    /// A key's id: older keys than it; empty = none.
    public var startingAfter: String
    /// A key's id: newer keys than it; empty = none.
    public var endingBefore: String
    public var offset: UInt32

    public init(
        accountID: String, filter: KeyFilter = .active, limit: UInt32 = 0, startingAfter: String = "",
        endingBefore: String = "", offset: UInt32 = 0
    ) {
        self.accountID = accountID
        self.filter = filter
        self.limit = limit
        self.startingAfter = startingAfter
        self.endingBefore = endingBefore
        self.offset = offset
    }
}

/// Which keys are listed.
public enum KeyFilter: UInt32, Sendable, CaseIterable {
    case active = 1
    case inactive = 2
    case all = 3

    public func admits(_ status: KeyStatus) -> Bool {
        switch self {
        case .active: status == .active
        case .inactive: status != .active
        case .all: true
        }
    }
}

public struct ListKeysResponse: Sendable, Equatable {
    /// How many match in all.
    public var total: UInt64
    /// Newest first.
    public var keys: [Key]
    /// For `startingAfter`; empty = there are no older ones.
    public var nextCursor: String
    /// For `endingBefore`; empty = there are no newer ones.
    public var previousCursor: String

    public init(total: UInt64, keys: [Key], nextCursor: String, previousCursor: String) {
        self.total = total
        self.keys = keys
        self.nextCursor = nextCursor
        self.previousCursor = previousCursor
    }
}
