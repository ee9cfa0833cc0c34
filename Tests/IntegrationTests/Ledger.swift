// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import Synchronization

/// What the server has acknowledged, and what of it did not come true.
final class Ledger: Sendable {
    struct Entry: Sendable {
        var id: String
        var secret: String
        /// An old secret that was cut off.
        var cut: String?
        var rekeying = false
        var revoking = false
        var revoked = false
    }

    /// What a check found that must never be.
    struct Faults: Sendable, Equatable {
        /// Acknowledged, and not so.
        var lost: Set<String> = []
        /// Revoked, or cut off, and still let in.
        var accepted: Set<String> = []
        var complaints: [String] = []
    }

    private struct State {
        var entries: [Entry] = []
        var faults = Faults()
        var mutations = 0
    }

    private let state = Mutex(State())
    private let count = Atomic<Int>(0)

    var entries: [Entry] { state.withLock { $0.entries } }
    var faults: Faults { state.withLock { $0.faults } }
    /// Creates, re-keys and revocations.
    var mutations: Int { state.withLock { $0.mutations } }
    /// Rounds of work.
    var rounds: Int { count.load(ordering: .relaxed) }

    func created(_ reply: CreateKeyResponse) -> Int {
        state.withLock { state in
            state.mutations += 1
            state.entries.append(Entry(id: "\(reply.key.id)", secret: reply.secret))
            return state.entries.count - 1
        }
    }

    func attempt(_ number: Int, _ change: (inout Entry) -> Void) {
        state.withLock { change(&$0.entries[number]) }
    }

    func acknowledged(_ number: Int, _ change: (inout Entry) -> Void) {
        state.withLock { state in
            state.mutations += 1
            change(&state.entries[number])
        }
    }

    /// Counts a round of work, and returns how many there have been.
    func finished() -> Int {
        count.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func complain(_ text: String) {
        state.withLock { $0.faults.complaints.append(text) }
    }

    /// Holds what was acknowledged of a key against what the server says now.
    func judge(_ entry: Entry, current: Verdict?, cut: Verdict?) {
        let ends: Set<Verdict> =
            if entry.revoked {
                [.revoked]
            } else if entry.revoking {
                [.valid, .revoked]
            } else if entry.rekeying {
                // The new secret was never told; with overlap 0 the old one is either current or cut.
                [.valid, .superseded]
            } else {
                [.valid]
            }
        find(entry, current, ends)
        if entry.cut != nil { find(entry, cut, entry.revoked ? [.superseded, .revoked] : [.superseded]) }
    }

    private func find(_ entry: Entry, _ verdict: Verdict?, _ expected: Set<Verdict>) {
        if let verdict, expected.contains(verdict) { return }
        state.withLock { state in
            if verdict == .valid {
                _ = state.faults.accepted.insert(entry.id)
            } else {
                _ = state.faults.lost.insert(entry.id)
            }
        }
    }
}
