// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How far the revoking connection has come, for those that validate meanwhile.
final class Progress: Sendable {
    private let current = Atomic<Int>(0)
    private let lastRevoked = Atomic<Int>(-1)
    private let answers = Atomic<Int>(0)
    private let isFinished = Atomic<Bool>(false)

    /// The round to ask about; `nil` = there are no more.
    var round: Int? {
        isFinished.load(ordering: .acquiring) ? nil : current.load(ordering: .acquiring)
    }

    var answered: Int { answers.load(ordering: .acquiring) }

    func isRevoked(_ round: Int) -> Bool { lastRevoked.load(ordering: .acquiring) >= round }

    func begin(_ round: Int) { current.store(round, ordering: .releasing) }

    func revoked(_ round: Int) { lastRevoked.store(round, ordering: .releasing) }

    func answer() { answers.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    func finish() { isFinished.store(true, ordering: .releasing) }
}
