// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A version of a key's record that readers may see: immutable, shared by the store and the index, and replaced as a
/// whole when the key changes.
public final class PublishedKey: Sendable {
    public let key: StoredKey
    /// Shared by all versions of the record.
    public let counters: UseCounters
    /// Whether it is a caller's (R13), which is no key of anyone's service.
    public let isCaller: Bool

    public init(key: StoredKey, counters: UseCounters = UseCounters()) {
        self.key = key
        self.counters = counters
        isCaller = key.accountID == AccountSettings.callersID
    }

    /// The key's rules, for the hot path: without a count of references, good as long as this record.
    @inline(__always)
    public var rules: Unmanaged<KeyRules>? { key.rules.map { Unmanaged.passUnretained($0) } }

    /// What a read at `now` shows of it.
    public func shown(at now: Timestamp) -> Key {
        key.shown(at: now, useCount: counters.count, lastUseTime: counters.lastUseTime)
    }
}

/// How often and when a key was last answered VALID. Kept by whoever answers, never waited for.
public final class UseCounters: Sendable {
    private let uses = Atomic<UInt64>(0)
    private let lastUse = Atomic<Int64>(0)

    public init() {}

    /// As they were written down.
    public init(count: UInt64, lastUseTime: Timestamp?) {
        uses.store(count, ordering: .relaxed)
        lastUse.store(lastUseTime?.nanoseconds ?? 0, ordering: .relaxed)
    }

    public var count: UInt64 { uses.load(ordering: .relaxed) }

    /// `nil` = never.
    public var lastUseTime: Timestamp? {
        let time = lastUse.load(ordering: .relaxed)
        return time == 0 ? nil : Timestamp(nanoseconds: time)
    }

    /// Goes on from what was written down, by maximum: who reads it back twice counts nothing twice.
    public func raise(to other: UseCounters) {
        uses.max(other.count, ordering: .relaxed)
        lastUse.max(other.lastUse.load(ordering: .relaxed), ordering: .relaxed)
    }

    public func countUse(at now: Timestamp) {
        uses.wrappingAdd(1, ordering: .relaxed)
        lastUse.store(now.nanoseconds, ordering: .relaxed)
    }
}
