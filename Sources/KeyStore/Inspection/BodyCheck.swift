// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import KeyWire

/// Refuses the bodies that a store refuses, and keeps nothing of the others.
package struct BodyCheck: RecoveryTarget {
    package init() {}

    package func load(_ entry: SnapshotEntry) throws {
        switch entry.type {
        case .key: _ = try StorageCodec.key(entry.body, revision: entry.revision)
        case .account: _ = try StorageCodec.account(entry.body, revision: entry.revision)
        case .idempotency: _ = try StorageCodec.keptRequest(entry.body)
        default: throw StoreState.unknown(entry.type)
        }
    }

    package func replay(_ record: JournalRecord) throws {
        switch record.type {
        case .key: _ = try StorageCodec.key(record.body, revision: record.sequence)
        case .account: _ = try StorageCodec.account(record.body, revision: record.sequence)
        case .revokeAll: _ = try StorageCodec.revokeAll(record.body, sequence: record.sequence)
        case .mark: break
        default: throw StoreState.unknown(record.type)
        }
    }
}
