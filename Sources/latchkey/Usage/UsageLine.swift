// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a table shows of usage records.
enum UsageLine: Equatable {
    /// With its outcome's status, if that is known.
    case event(UsageEvent, status: UInt32?)
    /// With its event, if that was shown.
    case outcome(UsageOutcome, of: UsageEvent?)
    case gap(UsageGap)
    case live(sequence: UInt64)
    case heartbeat(sequence: UInt64)

    init(_ record: UsageRecord) {
        switch record.kind {
        case .event(let event): self = .event(event, status: nil)
        case .outcome(let outcome): self = .outcome(outcome, of: nil)
        case .gap(let gap): self = .gap(gap)
        case .live: self = .live(sequence: record.sequence)
        case .heartbeat: self = .heartbeat(sequence: record.sequence)
        }
    }
}
