// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import Synchronization

/// Counts how often a turn has asked for the time.
final class WatchedClock: WallClock {
    private let base = ManualClock()
    private let count = Count()

    var reads: Int { count.value }

    func wallTime() -> Timestamp { base.wallTime() }

    func timeSinceBoot() -> TimeSpan {
        count.add()
        return base.timeSinceBoot()
    }
}

final class Count: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func add() { count.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}
