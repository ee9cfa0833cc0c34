// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What recovery found and did, for the log and for the store.
package struct RecoveryReport: Sendable {
    /// Records of the journal that were read, and of them those passed over because their type is unknown and not
    /// critical.
    package internal(set) var records: UInt64 = 0
    package internal(set) var skipped: UInt64 = 0
    package internal(set) var segments = 0
    /// The last good record's; 0 when there is none.
    package internal(set) var lastSequence: UInt64 = 0
    /// The last good record's; the store's time must not begin before it.
    package internal(set) var lastTime: Timestamp?
    /// The last record's.
    package internal(set) var lastTag = JournalTag.zero
    /// Records that were not known to be on disk and were written again.
    package internal(set) var rewritten: UInt64 = 0
    /// What had to be cut.
    package internal(set) var torn: TornTail?
    /// The snapshot that it began with; `nil` = it began with the first record of all.
    package internal(set) var snapshot: SnapshotHeader?
    /// What is wrong with newer ones, which it could do without.
    package internal(set) var damagedSnapshots: [JournalError] = []
    /// Whether one of the two slots of `HEAD` was damaged; the other was enough.
    package internal(set) var isHeadHalf = false
}

/// How far loading has come, for people.
package struct LoadProgress: Sendable, Equatable {
    package enum Phase: Sendable, Equatable { case snapshot, journal }

    package let phase: Phase
    /// Keys of the snapshot, or segments of the journal.
    package let done: UInt64
    package let total: UInt64
}

/// What recovery fills: a store's state, or whatever a test or a tool makes of it.
package protocol RecoveryTarget {
    /// Takes a record of a snapshot. Throws when its body is not what its type says.
    mutating func load(_ entry: SnapshotEntry) throws

    /// Takes a record of the journal, likewise. They come in sequence; marks are among them.
    mutating func replay(_ record: JournalRecord) throws
}

/// A store that has been read and can be written.
package struct RecoveredStore<Target> {
    package let target: Target
    package let writer: JournalWriter
    package let report: RecoveryReport
}
