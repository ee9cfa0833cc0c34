// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// When to kill the server, on a clock of its answers.
final class Moment: Sendable {
    private let count = Atomic<Int>(0)
    private let due = Atomic<Int>(.max)
    private let hasCome = Atomic<Bool>(false)

    /// So far.
    var answers: Int { count.load(ordering: .acquiring) }

    /// It comes so many answers from now.
    func set(afterAnswers number: Int) {
        due.store(answers + number, ordering: .releasing)
    }

    /// Counts an answer; true once.
    func hasComeWithAnswer() -> Bool {
        let number = count.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        guard number >= due.load(ordering: .acquiring) else { return false }
        return !hasCome.exchange(true, ordering: .acquiringAndReleasing)
    }
}
