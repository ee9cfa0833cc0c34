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
        case .idempotency: replay(try StorageCodec.keptRequest(entry.body))
        default: throw Self.unknown(entry.type)
        }
    }

    package mutating func replay(_ record: JournalRecord) throws {
        switch record.type {
        case .key:
            let (key, request) = try StorageCodec.keyChange(record.body, revision: record.sequence)
            replay(key, at: record.time)
            if let request { replay(request) }
        case .account:
            let (account, request) = try StorageCodec.accountChange(record.body, revision: record.sequence)
            replay(account, at: record.time)
            if let request { replay(request) }
        case .revokeAll:
            let (revoked, request) = try StorageCodec.revokeAll(record.body, sequence: record.sequence)
            replay(revoked, sequence: record.sequence)
            if let request { replay(request) }
        case .mark: break
        default: throw Self.unknown(record.type)
        }
    }

    static func unknown(_ type: RecordType) -> WireError {
        WireError(description: "a record of type \(type), which this version cannot apply; use a newer one")
    }
}
