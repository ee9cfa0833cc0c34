// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// One power cut's decisions, all from its seed, and the count of what they did.
struct CrashChance {
    /// Which of the changes to one file or directory survive.
    enum Survival {
        case none, all
        case first(Int)
        /// Each, and each page of a write, by a coin.
        case any
    }

    private var random: SplitMix64
    private var tally = CrashTally()
    private var firstLost = Int.max
    private var lastKept = Int.min

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func survival(of changes: Int) -> Survival {
        switch random.next() % 4 {
        case 0: .none
        case 1: .all
        case 2: .first(Int(random.next() % UInt64(changes + 1)))
        default: .any
        }
    }

    /// Whether the change at `index`, or its next page, survives.
    mutating func keeps(_ index: Int, of survival: Survival) -> Bool {
        switch survival {
        case .none: false
        case .all: true
        case .first(let count): index < count
        case .any: random.next() % 2 == 0
        }
    }

    /// The same for a change that cannot be torn, and counts it.
    mutating func keeps(_ index: Int, of survival: Survival, step: Int) -> Bool {
        let isKept = keeps(index, of: survival)
        note(kept: isKept ? 1 : 0, of: 1, step: step)
        return isKept
    }

    /// Of the parts of a change so many survived.
    mutating func note(kept: Int, of count: Int, step: Int) {
        if kept == 0 {
            tally.dropped += 1
            firstLost = min(firstLost, step)
        } else {
            if kept < count { tally.torn += 1 }
            lastKept = max(lastKept, step)
        }
    }

    /// When all has been decided.
    func finished() -> CrashTally {
        var all = tally
        all.cuts = 1
        all.reordered = firstLost < lastKept ? 1 : 0
        return all
    }
}
