// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// What somebody who follows the usage log was shown, checked as it comes. Every event has a path of its own.
struct UsageTally {
    private var next: UInt64 = 1
    private(set) var paths: Set<String> = []
    private(set) var (events, gaps, holes, repeats) = (0, 0, 0, 0)

    mutating func note(_ record: UsageRecord) {
        switch record.kind {
        case .event(let event):
            events += 1
            if record.sequence > next { holes += 1 }
            if record.sequence < next || !paths.insert(event.path).inserted { repeats += 1 }
            next = record.sequence + 1
        case .gap(let gap):
            gaps += 1
            if gap.firstSequence != next { holes += 1 }
            next = gap.firstSequence + gap.count
        case .outcome:
            if record.sequence > next { holes += 1 }
            if record.sequence < next { repeats += 1 }
            next = record.sequence + 1
        case .live, .heartbeat: break
        }
    }
}
