// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a mutation's caller is told, the secret left out: enough to say it again, word for word.
public struct MutationAnswer: Sendable {
    public enum Left: Sendable {
        /// The record as of then, and how often the key had been used.
        case key(PublishedKey, uses: KeyUses)
        case account(AccountSettings)
        /// It was about many keys.
        case keys
    }

    public let left: Left
    public let revision: UInt64
    /// When it was decided.
    public let time: Timestamp
    /// Secrets retired, keys revoked, or the account's active keys.
    public let count: UInt64
    /// All of the account's keys.
    public let total: UInt64

    public init(left: Left, revision: UInt64, time: Timestamp, count: UInt64 = 0, total: UInt64 = 0) {
        self.left = left
        self.revision = revision
        self.time = time
        self.count = count
        self.total = total
    }
}

/// A key's use counters at one moment.
public struct KeyUses: Sendable, Equatable {
    public let count: UInt64
    /// `nil` = never.
    public let lastUseTime: Timestamp?

    public init(_ counters: UseCounters) {
        count = counters.count
        lastUseTime = counters.lastUseTime
    }
}

extension MutationAnswer {
    /// The key as it was shown; `nil` = it was not about one.
    public var key: Key? {
        guard case .key(let record, let uses) = left else { return nil }
        return record.key.shown(at: time, useCount: uses.count, lastUseTime: uses.lastUseTime)
    }

    /// The account as it was shown; `nil` = it was not about one.
    public var account: Account? {
        guard case .account(let settings) = left else { return nil }
        return Account(settings: settings, activeKeys: count, totalKeys: total)
    }
}
