// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How often each of many parties has failed lately, and who has so often that he is to wait (a `RatePace` each).
///
/// The table has a fixed size: 8 places for all parties whose hash has the same last bits. A new party takes a place
/// whose party has nothing held against it any more, otherwise that of the party with the least against it. So whoever
/// is at the limit is forgotten only for others who are, and a flood of new parties pushes out its own.
///
/// Counting takes a lock; asking takes none, and asking is needed only while `mayHold`.
package final class FailureMeter: Sendable {
    /// Who is counted: a hash that nobody outside can reckon.
    package struct Party: Sendable, Equatable {
        let tag: UInt64

        /// An address, or any name.
        package init(_ value: some Hashable) { self.init(value, 0) }

        /// Two of them together.
        package init(_ first: some Hashable, _ second: some Hashable) {
            var hasher = Hasher()
            hasher.combine(first)
            hasher.combine(second)
            // 0 is a place that was never taken.
            tag = UInt64(bitPattern: Int64(hasher.finalize())) | 1 << 63
        }
    }

    private struct Place: ~Copyable {
        /// 0 = free, or being changed.
        let tag = Atomic<UInt64>(0)
        /// As `RatePace` keeps it.
        let arrival = Atomic<Int64>(.min)
    }

    private let pace: RatePace?
    private let setMask: UInt64
    /// The address of the places, which live as long as this does and are read and written atomically.
    private let word: UInt
    private let writing = Mutex(())
    /// Until when anybody has to wait.
    private let heldUntil = Atomic<Int64>(.min)

    /// - Parameters:
    ///   - limit: How often one party may fail; `nil` = as often as it likes.
    ///   - sets: How many times 8 parties there is room for; a power of two.
    package init(_ limit: RateLimit?, sets: Int = Limits.failureSets) {
        pace = limit.map { RatePace($0) }
        setMask = UInt64(sets - 1)
        let count = limit == nil ? 0 : sets * Limits.failureWays
        let places = UnsafeMutablePointer<Place>.allocate(capacity: max(1, count))
        for index in 0..<max(1, count) { (places + index).initialize(to: Place()) }
        word = UInt(bitPattern: places)
    }

    deinit {
        // A place holds nothing that needs an end.
        UnsafeMutableRawPointer(bitPattern: word)?.deallocate()
    }

    private func places(_ party: Party) -> UnsafeMutablePointer<Place>? {
        UnsafeMutablePointer<Place>(bitPattern: word).map { $0 + Int(party.tag & setMask) * Limits.failureWays }
    }

    /// Whether anybody may have to wait: nearly always nobody has, and nothing more is asked.
    @inline(__always)
    package func mayHold(at now: Timestamp) -> Bool { now.nanoseconds < heldUntil.load(ordering: .relaxed) }

    /// How long a party has to wait before it may try again; `nil` = it need not.
    package func wait(for party: Party, at now: Timestamp) -> TimeSpan? {
        guard let pace, mayHold(at: now), let places = places(party) else { return nil }
        for index in 0..<Limits.failureWays where places[index].tag.load(ordering: .acquiring) == party.tag {
            let arrival = places[index].arrival.load(ordering: .acquiring)
            // Its place may have been taken from it meanwhile: then the time was another's.
            guard places[index].tag.load(ordering: .relaxed) == party.tag else { return nil }
            switch pace.decide(stored: arrival, at: now) {
            case .allowed: return nil
            case .denied(let retryAfter): return retryAfter
            }
        }
        return nil
    }

    /// A party has failed.
    package func count(_ party: Party, at now: Timestamp) {
        guard let pace, let places = places(party) else { return }
        writing.withLock { _ in
            let (index, stored) = place(of: party, in: places)
            guard case .allowed(let time) = pace.decide(stored: stored, at: now) else { return }
            if places[index].tag.load(ordering: .relaxed) != party.tag {
                places[index].tag.store(0, ordering: .releasing)
                atomicMemoryFence(ordering: .sequentiallyConsistent)
            }
            places[index].arrival.store(time, ordering: .relaxed)
            places[index].tag.store(party.tag, ordering: .releasing)
            guard case .denied = pace.decide(stored: time, at: now) else { return }
            let free = time + pace.intervalNanoseconds - pace.burstNanoseconds
            if free > heldUntil.load(ordering: .relaxed) { heldUntil.store(free, ordering: .relaxed) }
        }
    }

    /// The party's place, or the one that it takes; and what is held against the party.
    private func place(of party: Party, in places: UnsafeMutablePointer<Place>) -> (index: Int, stored: Int64) {
        var least = 0
        for index in 0..<Limits.failureWays {
            let arrival = places[index].arrival.load(ordering: .relaxed)
            if places[index].tag.load(ordering: .relaxed) == party.tag { return (index, arrival) }
            if arrival < places[least].arrival.load(ordering: .relaxed) { least = index }
        }
        return (least, .min)
    }
}
