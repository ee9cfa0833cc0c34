// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
package import KeyModel
internal import KeyWire

/// What of a store goes into a snapshot, slice by slice, and how far it has come. A value that whoever drives it keeps:
/// the store's actor only hands out slices, so there is no pause and no copy of the store.
///
/// A slice shows its records as they are when it is taken; what changes before or after is in the journal from the
/// beginning's sequence on. What is made after the beginning is there too, and need not be here.
package struct SnapshotPlan: Sendable {
    package let beginning: SnapshotBeginning
    package let keys: Int
    package let accounts: Int
    private var nextAccount = 0
    private var nextKey = 0
    /// The sequence of the last request that was handed out.
    private var lastRequest: UInt64 = 0

    package init(_ state: StoreState, segment: UInt64, now: Timestamp) {
        beginning = SnapshotBeginning(
            sequence: state.lastSequence, segment: segment, time: max(now, state.lastTime))
        keys = state.keyCount
        accounts = state.accountCount
    }

    /// The next records, at most `count`; `nil` at the end.
    package mutating func next(
        of state: StoreState, _ count: Int = Limits.snapshotSliceRecords
    ) -> SnapshotSlice? {
        if nextAccount < accounts {
            let places = nextAccount..<min(accounts, nextAccount + count)
            nextAccount = places.upperBound
            return .accounts(state.accounts(places))
        }
        if nextKey < keys {
            let places = nextKey..<min(keys, nextKey + count)
            nextKey = places.upperBound
            return .keys(state.keys(places))
        }
        // Behind the keys, so that a start finds the record that an answer shares with its key. One whose time is over
        // meanwhile is left out.
        let requests = state.requests(after: lastRequest, through: beginning.sequence, count)
        guard let last = requests.last else { return nil }
        lastRequest = last.answer.revision
        return .requests(requests)
    }
}

/// Immutable records on their way into a snapshot.
package enum SnapshotSlice: Sendable {
    case accounts([AccountSettings])
    case keys([PublishedKey])
    case requests([KeptRequest])
}

extension SnapshotWriter {
    package mutating func append(_ slice: SnapshotSlice) throws(StorageError) {
        switch slice {
        case .accounts(let accounts):
            for account in accounts { try append(.account, account.revision, StorageCodec.encode(account)) }
        case .keys(let keys):
            for key in keys { try append(.key, key.key.revision, StorageCodec.encode(key)) }
        case .requests(let requests):
            for kept in requests { try append(.idempotency, kept.answer.revision, StorageCodec.encode(kept)) }
        }
    }

    private mutating func append(_ type: RecordType, _ revision: UInt64, _ body: [UInt8]) throws(StorageError) {
        try body.withRawBytes { raw throws(StorageError) in
            try append(SnapshotEntry(type: type, revision: revision, body: raw))
        }
    }
}
