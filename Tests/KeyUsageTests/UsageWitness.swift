// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// Remembers, outside the log and over all its lives, what anybody was shown, and says what contradicts that. Each event
/// has a path of its own; one that belongs to no key has a path that begins with `/g`.
struct UsageWitness {
    private(set) var failures: [String] = []
    /// What anybody was shown at each sequence, and the other way round.
    private var paths: [UInt64: String] = [:]
    private var sequences: [String: UInt64] = [:]
    /// Of those, what a sync that failed nowhere has made durable.
    private(set) var synced: Set<UInt64> = []
    /// Shown since, while nothing failed.
    private var unsynced: Set<UInt64> = []
    /// Where the follower that resumes is.
    private(set) var position: UInt64 = 0
    private(set) var events = 0
    private(set) var gaps: [String: Int] = [:]

    var lastShown: UInt64 { paths.keys.max() ?? 0 }

    mutating func fail(_ text: String) {
        failures.append(text)
    }

    /// What the follower got when it went on from where it was.
    mutating func follow(_ records: [UsageRecord], _ place: String) {
        var next = position + 1
        for record in records {
            switch record.kind {
            case .event:
                // From the beginning there may be more than one beginning.
                if record.sequence != next, position > 0 { fail("\(place): \(record.sequence) follows \(next - 1)") }
                if record.sequence < next { fail("\(place): \(record.sequence) comes again") }
                if paths[record.sequence] == nil { events += 1 }
                see(record, place)
                unsynced.insert(record.sequence)
                next = record.sequence + 1
            case .gap(let gap):
                if gap.firstSequence != next, position > 0 {
                    fail("\(place): a gap from \(gap.firstSequence) follows \(next - 1)")
                }
                if gap.count == 0 || gap.firstSequence < next { fail("\(place): \(gap)") }
                gaps[gap.reason, default: 0] += 1
                next = gap.firstSequence + gap.count
            case .outcome: fail("\(place): an outcome that nobody reported")
            case .live, .heartbeat: break
            }
        }
        position = next - 1
    }

    /// Something failed, or the power went: what was not synced yet may be gone.
    mutating func doubt() {
        unsynced = []
    }

    /// A second passed, and nothing failed.
    mutating func settle() {
        synced.formUnion(unsynced)
        unsynced = []
    }

    /// What the whole history is: every event at most once, in order, with a gap wherever there is none; and of what was
    /// synced, in each series the oldest alone may be gone, because they were old.
    ///
    /// - Parameter mustHave: Whether nothing of a series can have become too old, or too much.
    mutating func check(
        _ history: [UsageRecord], backwards: [UsageRecord], mustHave: (_ isGuess: Bool) -> Bool, _ place: String
    ) {
        var next = history.first.map { $0.gapRange?.lowerBound ?? $0.sequence } ?? 1
        var firstKept: [Bool: UInt64] = [:]
        var kept: Set<UInt64> = []
        for record in history {
            let range = record.gapRange ?? record.sequence..<record.sequence + 1
            if range.isEmpty || range.lowerBound != next { fail("\(place): history: \(record) follows \(next - 1)") }
            next = range.upperBound
            guard let event = record.event else { continue }
            see(record, place)
            kept.insert(record.sequence)
            if synced.contains(record.sequence) {
                firstKept[event.isGuess] = min(firstKept[event.isGuess] ?? .max, record.sequence)
            }
        }
        for sequence in synced where !kept.contains(sequence) {
            let isGuess = paths[sequence]?.hasPrefix("/g") ?? false
            if let first = firstKept[isGuess], sequence > first {
                fail("\(place): \(sequence) was synced, and is gone, but \(first) is not")
            }
            if mustHave(isGuess) { fail("\(place): \(sequence) was synced, is not old, and is gone") }
            synced.remove(sequence)
        }
        let events = backwards.filter { $0.event != nil }
        if events != history.filter({ $0.event != nil }).reversed() { fail("\(place): backwards it has other events") }
        var before = next
        for record in backwards {
            let range = record.gapRange ?? record.sequence..<record.sequence + 1
            if range.isEmpty || range.upperBound != before { fail("\(place): backwards: \(record) before \(before)") }
            before = range.lowerBound
        }
    }

    private mutating func see(_ record: UsageRecord, _ place: String) {
        guard let event = record.event else { return }
        if let known = paths[record.sequence], known != event.path {
            fail("\(place): \(record.sequence) was \(known) and is \(event.path)")
        }
        if let known = sequences[event.path], known != record.sequence {
            fail("\(place): \(event.path) was \(known) and is \(record.sequence)")
        }
        if event.isGuess != event.path.hasPrefix("/g") { fail("\(place): \(event.path) has key \(event.keyID)") }
        paths[record.sequence] = event.path
        sequences[event.path] = record.sequence
    }
}

extension UsageEvent {
    fileprivate var isGuess: Bool { keyID.isEmpty }
}

extension UsageRecord {
    fileprivate var gapRange: Range<UInt64>? { gap.map { $0.firstSequence..<$0.firstSequence + $0.count } }
}
