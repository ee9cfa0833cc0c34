// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A list of usage in which each event has the status that its outcome tells, in one line.
///
/// Newest first, an outcome comes before its event, and is kept until then. Oldest first it comes behind it, so lines
/// are held back, the last `Limits.usageListRecords`; most often the outcome is among those.
struct JoinedUsage {
    private let newestFirst: Bool
    private let limit: Int
    /// Outcomes whose events have not come, by usage id: newest first, the first one is the one that counts.
    private var statuses: [[UInt8]: UInt32] = [:]
    /// Lines that wait, and from where on; those before it have been handed out.
    private var lines: [UsageLine] = []
    private var begin = 0
    /// How many lines were handed out and forgotten; where held events are, counted with those.
    private var forgotten = 0
    private var places: [[UInt8]: Int] = [:]
    /// How many requests, newest first, are told of by outcomes only.
    private var dropped = 0

    init(newestFirst: Bool, limit: Int = Limits.usageListRecords) {
        self.newestFirst = newestFirst
        self.limit = limit
    }

    /// Of how many requests there are outcomes, and no events.
    var unlisted: Int { statuses.count + dropped }

    /// Takes a record; returns the lines that are complete, or have waited long enough.
    mutating func add(_ record: UsageRecord) -> [UsageLine] {
        newestFirst ? addFalling(record) : addRising(record)
    }

    /// All lines that are left.
    mutating func end() -> [UsageLine] {
        defer {
            lines = []
            begin = 0
            places = [:]
        }
        return Array(lines[begin...])
    }

    private mutating func addFalling(_ record: UsageRecord) -> [UsageLine] {
        switch record.kind {
        case .outcome(let outcome):
            if statuses.count >= limit {
                dropped += 1
            } else if statuses[outcome.usageID] == nil {
                statuses[outcome.usageID] = outcome.httpStatus
            }
            return []
        case .event(let event): return [.event(event, status: statuses.removeValue(forKey: event.usageID))]
        case .gap, .live, .heartbeat: return [UsageLine(record)]
        }
    }

    private mutating func addRising(_ record: UsageRecord) -> [UsageLine] {
        switch record.kind {
        case .outcome(let outcome):
            if let place = places[outcome.usageID], case .event(let event, _) = lines[place - forgotten] {
                lines[place - forgotten] = .event(event, status: outcome.httpStatus)
                return []
            }
        case .event(let event): places[event.usageID] = forgotten + lines.count
        case .gap, .live, .heartbeat: break
        }
        lines.append(UsageLine(record))
        if lines.count - begin <= limit { return [] }
        defer { forget() }
        let first = lines[begin]
        if case .event(let event, _) = first { places[event.usageID] = nil }
        begin += 1
        return [first]
    }

    /// Now and then, so that each line is moved once or twice at most.
    private mutating func forget() {
        if begin < max(limit, 1) { return }
        lines.removeFirst(begin)
        forgotten += begin
        begin = 0
    }
}
