// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What a record is about. Open: a reader meets types that a later version wrote.
package struct RecordType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// 0 to 0x7FFF.
    package let rawValue: UInt16

    /// The top bit is dropped: on disk it says that the type is critical.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue & ~RecordFormat.criticalBit
    }

    package static let key = RecordType(rawValue: 1)
    package static let account = RecordType(rawValue: 2)
    /// In snapshots only; in the journal it is a part of the mutation's own record.
    package static let idempotency = RecordType(rawValue: 3)
    package static let revokeAll = RecordType(rawValue: 4)
    /// Says that everything before it is on disk. It is the journal's own, has no sequence of its own and no body.
    package static let mark = RecordType(rawValue: 5)

    /// Whether this version applies it. An unknown critical type refuses to start, an unknown other one is passed over.
    package var isKnown: Bool { self == .key || self == .account || self == .revokeAll || self == .mark }

    package var description: String { "\(rawValue)" }
}

/// One record to be written.
package struct JournalEntry: Sendable {
    /// The store-wide sequence, from 1, without gaps.
    package let sequence: UInt64
    package let type: RecordType
    /// Whether a reader that does not know the type must refuse to start.
    package let isCritical: Bool
    /// When it was decided. The writer raises it to the time of the record before, if that is later.
    package let time: Timestamp
    /// Who asked and from where; empty when there is nobody.
    package let caller: String
    package let peer: String
    /// Opaque here.
    package let body: [UInt8]

    /// Throws `entryTooLarge` over `Limits.journalNameBytes` (each of the two) or `Limits.journalBodyBytes`.
    package init(
        sequence: UInt64, type: RecordType, isCritical: Bool = true, time: Timestamp, caller: String = "",
        peer: String = "", body: [UInt8]
    ) throws(JournalError) {
        let names = max(caller.utf8.count, peer.utf8.count)
        guard names <= Limits.journalNameBytes else { throw .entryTooLarge(bytes: names) }
        guard body.count <= Limits.journalBodyBytes else { throw .entryTooLarge(bytes: body.count) }
        self.sequence = sequence
        self.type = type
        self.isCritical = isCritical
        self.time = time
        self.caller = caller
        self.peer = peer
        self.body = body
    }

    /// What it takes in the journal.
    package var encodedBytes: Int {
        RecordFormat.recordBytes(contentBytes: caller.utf8.count + peer.utf8.count + body.count)
    }
}
