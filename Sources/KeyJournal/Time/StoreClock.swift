// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import Synchronization

/// The store's time: the wall clock's at the start, from then on carried by the time since boot and drawn gently
/// towards the wall clock. It never goes back between two reads, on whatever threads; so nothing that has expired
/// comes back, however the machine's clock is set.
///
/// Between two comparisons time is a straight line that bends once:
///
///     time = anchorTime + elapsed + min(elapsed, slewSpan) * rate / 1,000,000      elapsed = boot - anchorBoot
package final class StoreClock: Sendable {
    private let clock: any WallClock
    /// Odd while the four below are being changed: who reads them then, or reads two versions, reads again.
    private let version = Atomic<UInt64>(0)
    private let anchorBoot: Atomic<Int64>
    private let anchorTime: Atomic<Int64>
    /// Parts per million, at most `Limits.clockSlewPartsPerMillion` either way.
    private let rate = Atomic<Int64>(0)
    private let comparison = Mutex(Comparison())

    private static let slewSpan = Limits.clockCheckMilliseconds * 1_000_000

    private struct Comparison {
        var difference: Int64 = 0
        var isOver = false
    }

    /// Begins at the wall clock's time, or at the last journalled one if that is later.
    package init(_ clock: any WallClock, notBefore last: Timestamp? = nil) {
        self.clock = clock
        let wall = clock.wallTime()
        anchorBoot = Atomic(clock.timeSinceBoot().nanoseconds)
        anchorTime = Atomic(max(wall, last ?? wall).nanoseconds)
    }

    /// The time. Takes no lock; cheap enough for every call.
    package func now() -> Timestamp {
        while true {
            let before = version.load(ordering: .acquiring)
            guard before & 1 == 0 else { continue }
            let (boot, time) = (anchorBoot.load(ordering: .relaxed), anchorTime.load(ordering: .relaxed))
            let rate = rate.load(ordering: .relaxed)
            // Inside the section: a line is never read at a time when another already holds.
            let elapsed = clock.timeSinceBoot().nanoseconds &- boot
            atomicMemoryFence(ordering: .acquiring)
            guard version.load(ordering: .relaxed) == before else { continue }
            return Self.time(anchor: time, elapsed: max(0, elapsed), rate: rate)
        }
    }

    /// The machine's time since it started, for deadlines.
    package func timeSinceBoot() -> TimeSpan { clock.timeSinceBoot() }

    /// Compares with the wall clock and slews towards it; to be called every `Limits.clockCheckMilliseconds`. Gives how
    /// far the wall clock is ahead (negative: behind) when that has become more than `Limits.clockJumpMilliseconds` or
    /// has changed by more: once per jump, for the log. A jump is not followed but by the slew.
    @discardableResult
    package func compare() -> TimeSpan? {
        comparison.withLock { comparison in
            version.wrappingAdd(1, ordering: .relaxed)
            atomicMemoryFence(ordering: .sequentiallyConsistent)
            let boot = clock.timeSinceBoot().nanoseconds
            let elapsed = max(0, boot &- anchorBoot.load(ordering: .relaxed))
            let now = Self.time(
                anchor: anchorTime.load(ordering: .relaxed), elapsed: elapsed, rate: rate.load(ordering: .relaxed))
            let difference = Self.difference(clock.wallTime(), now)
            // Nanoseconds per slew span (one second): a thousand of them are one part per million.
            let limit = Limits.clockSlewPartsPerMillion
            let wanted = difference / (Self.slewSpan / 1_000_000)
            anchorBoot.store(anchorBoot.load(ordering: .relaxed) &+ elapsed, ordering: .relaxed)
            anchorTime.store(now.nanoseconds, ordering: .relaxed)
            rate.store(min(max(wanted, -limit), limit), ordering: .relaxed)
            version.wrappingAdd(1, ordering: .releasing)
            return Self.jump(difference, &comparison)
        }
    }

    private static func time(anchor: Int64, elapsed: Int64, rate: Int64) -> Timestamp {
        Timestamp(nanoseconds: anchor)
            .advanced(by: TimeSpan(nanoseconds: elapsed))
            .advanced(by: TimeSpan(nanoseconds: min(elapsed, slewSpan) * rate / 1_000_000))
    }

    private static func difference(_ a: Timestamp, _ b: Timestamp) -> Int64 {
        let (difference, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
        return overflow ? (a < b ? .min : .max) : difference
    }

    private static func jump(_ difference: Int64, _ last: inout Comparison) -> TimeSpan? {
        let threshold = UInt64(Limits.clockJumpMilliseconds * 1_000_000)
        let isOver = difference.magnitude > threshold
        let (change, overflow) = difference.subtractingReportingOverflow(last.difference)
        let isNew = !last.isOver || overflow || change.magnitude > threshold
        last = Comparison(difference: difference, isOver: isOver)
        return isOver && isNew ? TimeSpan(nanoseconds: difference) : nil
    }
}
