// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The latest events that were shown, so that an outcome can name the request that it belongs to.
struct ShownUsage {
    private let limit: Int
    private var events: [[UInt8]: UsageEvent] = [:]
    /// Their ids in a ring, so that the oldest is forgotten for the newest.
    private var ids: [[UInt8]] = []
    private var next = 0

    init(limit: Int = Limits.usageTailEvents) {
        self.limit = limit
    }

    mutating func add(_ record: UsageRecord) -> UsageLine {
        switch record.kind {
        case .event(let event):
            if event.verdict == .valid { note(event) }
            return .event(event, status: nil)
        case .outcome(let outcome): return .outcome(outcome, of: events[outcome.usageID])
        case .gap, .live, .heartbeat: return UsageLine(record)
        }
    }

    private mutating func note(_ event: UsageEvent) {
        if ids.count < limit {
            ids.append(event.usageID)
        } else {
            events[ids[next]] = nil
            ids[next] = event.usageID
            next = (next + 1) % limit
        }
        events[event.usageID] = event
    }
}
