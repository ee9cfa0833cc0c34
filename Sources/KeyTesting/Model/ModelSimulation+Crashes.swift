// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// How time passes, and what a crash leaves.
extension ModelSimulation {
    /// From here on it is acknowledged. What time has done since the last mutation is not written down: it comes about
    /// again.
    mutating func commit() throws {
        try real.commit()
        stages.removeFirst(stages.count - 1)
    }

    // MARK: Time

    /// The store's time, which never goes back.
    mutating func time() throws -> Timestamp {
        let now = real.now()
        if now < lastNow { throw Difference(expected: "a time from \(lastNow) on", found: now) }
        lastNow = now
        return now
    }

    mutating func pass() throws {
        let now = try time()
        // To where something happens by itself, or to the last nanosecond before.
        if draw.once(in: 2), let instant = draw.instant(model, now) {
            outcome.count("time passed to an instant")
            let target = Timestamp(nanoseconds: instant.nanoseconds - Int64(draw.below(2)))
            // The clock may be slewed, for a second at most: what is left after it is exact.
            for early: Int64 in [2_000_000, 0] {
                let rest = target.nanoseconds - real.now().nanoseconds - early
                if rest > 0 { try pass(TimeSpan(nanoseconds: rest)) }
            }
        } else {
            outcome.count("time passed")
            try pass(draw.pause())
        }
    }

    mutating func pass(_ span: TimeSpan) throws {
        command = .pass(span)
        let before = real.now()
        real.clock.advance(by: span)
        let passed = real.now().nanoseconds - before.nanoseconds
        // Half a millisecond is what slewing for a second comes to.
        if abs(passed - span.nanoseconds) > 500_001 { throw Difference(expected: span.nanoseconds, found: passed) }
    }

    // MARK: Crashes

    mutating func crash(_ end: RealStore.End) throws {
        command = .crash(end)
        outcome.count("end: \(end)")
        try real.restart(end, seed: draw.random.next())
        let found = real.life.state.lastSequence
        guard let stage = stages.last(where: { $0.sequence == found }) else {
            throw Difference(expected: "one of \(stages.map(\.sequence))", found: found)
        }
        let uses = model.keys
        model = stage
        model.restart()
        // Uses are written down lazily: some may be gone, none may be added.
        for place in model.keys.indices {
            let counters = real.life.state.key(model.keys[place].id)?.counters
            let (count, most) = (counters?.count ?? 0, uses.first { $0.id == model.keys[place].id }?.useCount ?? 0)
            if count > most { throw Difference(expected: "\(most) uses at most", found: count) }
            model.keys[place].useCount = count
            model.keys[place].lastUseTime = counters?.lastUseTime
        }
        stages = [model]
        usageIDs = []
        lastNow = model.lastTime
        try compareAll()
    }
}
