// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import KeyModel
internal import KeyWire

/// What was written comes back. A record that is older than what is there already changes nothing, so that a snapshot
/// may hold some of what the journal holds too.
extension StoreState: RecoveryTarget {
    package mutating func load(_ entry: SnapshotEntry) throws {
        switch entry.type {
        case .key: replay(try StorageCodec.key(entry.body, revision: entry.revision), at: lastTime)
        case .account: replay(try StorageCodec.account(entry.body, revision: entry.revision), at: lastTime)
        default: throw Self.unknown(entry.type)
        }
    }

    package mutating func replay(_ record: JournalRecord) throws {
        switch record.type {
        case .key: replay(try StorageCodec.key(record.body, revision: record.sequence), at: record.time)
        case .account: replay(try StorageCodec.account(record.body, revision: record.sequence), at: record.time)
        case .revokeAll: replay(try StorageCodec.revokeAll(record.body), sequence: record.sequence)
        case .mark: break
        default: throw Self.unknown(record.type)
        }
    }

    static func unknown(_ type: RecordType) -> WireError {
        WireError(description: "a record of type \(type), which this version cannot apply; use a newer one")
    }
}
