// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What happened within one interval of `usage top`.
struct UsageTopInterval {
    struct KeyNote {
        let name: String
        let accountID: String
    }

    struct OldSecret: Hashable {
        let keyID: String
        let generation: UInt32
    }

    private(set) var events: UInt64 = 0
    private(set) var missing: UInt64 = 0
    /// `nil` = one that this version does not know.
    private(set) var verdicts: [Verdict?: UInt64] = [:]
    private(set) var keys = SpaceSaving<String, KeyNote>(capacity: Limits.topCounters)
    /// With the last denial from there.
    private(set) var failing = SpaceSaving<String, Verdict?>(capacity: Limits.topCounters)
    private(set) var oldSecrets = SpaceSaving<OldSecret, KeyNote>(capacity: Limits.topCounters)

    mutating func note(_ record: UsageRecord) {
        switch record.kind {
        case .event(let event): note(event)
        // What a crash set aside was mostly never given.
        case .gap(let gap): if gap.reason != UsageGap.restarted { missing &+= gap.count }
        case .outcome, .live, .heartbeat: break
        }
    }

    private mutating func note(_ event: UsageEvent) {
        events += 1
        verdicts[event.verdict, default: 0] += 1
        if event.verdict != .valid { failing.add(event.clientIP, event.verdict) }
        if event.keyID.isEmpty { return }
        let note = KeyNote(name: event.name, accountID: event.accountID)
        keys.add(event.keyID, note)
        if event.superseded {
            oldSecrets.add(OldSecret(keyID: event.keyID, generation: event.generation), note)
        }
    }
}
