// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The snapshots that this process knows to be good, because it has read or written them; oldest first.
package struct KeptSnapshots: Sendable {
    private(set) var headers: [SnapshotHeader]

    /// Begins with the one that the store was recovered from.
    package init(_ found: SnapshotHeader?) {
        headers = found.map { [$0] } ?? []
    }

    package var newest: SnapshotHeader? { headers.last }

    /// Adds one, and forgets those that are too many. One that ends where another did has taken its file.
    package mutating func add(_ header: SnapshotHeader) {
        headers = (headers.filter { $0.endSequence != header.endSequence } + [header]).suffix(Limits.snapshotsKept)
    }

    /// Whether there are as many as there should be: what only older ones need can go.
    var isComplete: Bool { headers.count >= Limits.snapshotsKept }
}
