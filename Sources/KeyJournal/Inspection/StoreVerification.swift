// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What a store is worth: everything in it read and verified, as far as that goes.
package struct StoreVerification: Sendable {
    package internal(set) var snapshots: [SnapshotFinding] = []
    package internal(set) var journalSegments = 0
    package internal(set) var historySegments = 0
    /// Records that verified, history included; up to the first that did not.
    package internal(set) var records: UInt64 = 0
    /// Of them those of unknown types that are not critical.
    package internal(set) var skipped: UInt64 = 0
    /// Where the records that are left begin.
    package internal(set) var anchor: JournalAnchor?
    /// The last record that is known to be on disk.
    package internal(set) var head: JournalHeadPoint?
    /// Whether one of the two slots of `HEAD` does not verify, as after a power cut.
    package internal(set) var isHeadHalf = false
    /// An end that a start would cut, as a power cut leaves it, or as a running process has just begun to write it.
    package internal(set) var torn: TornTail?
    /// Everything that is wrong, in the order that it was found; of the journal, the first.
    package internal(set) var damage: [JournalError] = []
    /// What a start would refuse with; `nil` = it would start, though without what is damaged.
    package internal(set) var startError: JournalError?

    package var isWhole: Bool { damage.isEmpty }

    mutating func add(_ error: JournalError, stopsStart: Bool) {
        if stopsStart, startError == nil { startError = error }
        if !damage.contains(where: { $0.description == error.description }) { damage.append(error) }
    }
}

/// A snapshot, and what is wrong with it.
package struct SnapshotFinding: Sendable {
    package let path: String
    package let endSequence: UInt64
    package let header: SnapshotHeader?
    package let problem: JournalError?
}

/// What the oldest segment goes on from.
package struct JournalAnchor: Sendable, Equatable {
    package let segment: UInt64
    package let firstSequence: UInt64
    package let time: Timestamp
    /// Of the record before the first; zeros when there was none.
    package let tag: JournalTag
}

/// A record that a journal is known to have come to: published elsewhere, it shows later that nothing was removed.
package struct JournalHeadPoint: Sendable, Equatable {
    /// 0 = there is no record yet.
    package let sequence: UInt64
    package let time: Timestamp
    package let tag: JournalTag

    package init(sequence: UInt64, time: Timestamp, tag: JournalTag) {
        self.sequence = sequence
        self.time = time
        self.tag = tag
    }
}

extension JournalReader {
    /// The last record that is known to be on disk: a start may write what comes after it again, with another tag.
    var headPoint: JournalHeadPoint {
        let tail = liveTail
        return JournalHeadPoint(sequence: tail.firstSequence - 1, time: tail.time, tag: tail.tags.lastRecord)
    }
}

extension JournalAnchor {
    init(_ header: SegmentHeader) {
        self.init(
            segment: header.number, firstSequence: header.firstSequence, time: header.time, tag: header.tags.lastRecord)
    }
}
