// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What `usage top` knows: the intervals of the last minute or so.
struct UsageTopTally {
    /// One line of a table, over all intervals and in the last one.
    struct Count<Element, Note> {
        let element: Element
        let note: Note
        var total: UInt64
        var latest: UInt64
        /// Others may be among them: there were too many to tell all apart.
        var isAtMost: Bool
    }

    private let capacity: Int
    /// The newest last, with how long each took.
    private var ended: [(interval: UsageTopInterval, milliseconds: Int64)] = []
    private var current = UsageTopInterval()
    /// Of the last record of any kind.
    private(set) var sequence: UInt64 = 0

    /// - Parameter intervalMilliseconds: how long an interval is meant to be.
    init(intervalMilliseconds: Int64) {
        capacity = min(
            Int(clamping: max(Limits.topWindowMilliseconds / max(intervalMilliseconds, 1), 1)), Limits.topIntervals)
    }

    mutating func note(_ record: UsageRecord) {
        sequence = max(sequence, record.sequence)
        current.note(record)
    }

    /// Ends the interval, which took so long, and begins the next one.
    mutating func endInterval(milliseconds: Int64) {
        if ended.count == capacity { ended.removeFirst() }
        ended.append((current, max(milliseconds, 1)))
        current = UsageTopInterval()
    }

    var latestMilliseconds: Int64 { ended.last?.milliseconds ?? 1 }
    var windowMilliseconds: Int64 { ended.reduce(0) { $0 + $1.milliseconds } }
    var events: UInt64 { ended.reduce(0) { $0 + $1.interval.events } }
    var latestEvents: UInt64 { ended.last?.interval.events ?? 0 }
    var missing: UInt64 { ended.reduce(0) { $0 &+ $1.interval.missing } }

    /// The most frequent first.
    var verdicts: [Count<Verdict?, Void>] {
        var counts: [Verdict?: UInt64] = [:]
        for (interval, _) in ended { counts.merge(interval.verdicts, uniquingKeysWith: +) }
        let latest = ended.last?.interval.verdicts ?? [:]
        return counts.map { Count(element: $0, note: (), total: $1, latest: latest[$0] ?? 0, isAtMost: false) }
            .sorted { ($1.total, $0.element?.rawValue ?? 0) < ($0.total, $1.element?.rawValue ?? 0) }
    }

    var keys: [Count<String, UsageTopInterval.KeyNote>] { top(\.keys) { $0 } }
    var failing: [Count<String, Verdict?>] { top(\.failing) { $0 } }
    var oldSecrets: [Count<UsageTopInterval.OldSecret, UsageTopInterval.KeyNote>] {
        top(\.oldSecrets) { "\($0.keyID)#\($0.generation)" }
    }

    /// Adds up the intervals' counters. Among equals the order is that of `name`, so that no line jumps about.
    private func top<Element: Hashable, Note>(
        _ counters: KeyPath<UsageTopInterval, SpaceSaving<Element, Note>>, name: (Element) -> String
    ) -> [Count<Element, Note>] {
        var sums: [Element: Count<Element, Note>] = [:]
        for (index, (interval, _)) in ended.enumerated() {
            for counter in interval[keyPath: counters].counters {
                let before = sums[counter.element]
                sums[counter.element] = Count(
                    element: counter.element, note: counter.note, total: (before?.total ?? 0) + counter.count,
                    latest: index == ended.count - 1 ? counter.count : 0,
                    isAtMost: before?.isAtMost == true || counter.errorMax > 0)
            }
        }
        let sorted = sums.values.sorted { ($1.total, name($0.element)) < ($0.total, name($1.element)) }
        return Array(sorted.prefix(Limits.topRows))
    }
}
