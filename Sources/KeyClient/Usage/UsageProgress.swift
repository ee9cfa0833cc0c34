// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// How far a usage stream has come, and what to ask for when it is opened again.
struct UsageProgress {
    private let first: StreamUsageRequest
    /// The sequence of the last record of any kind; `nil` = none has come.
    private var last: UInt64?
    private var events: UInt64 = 0
    private var isLive = false

    init(_ request: StreamUsageRequest) {
        first = request
    }

    /// What comes behind the last record.
    var request: StreamUsageRequest {
        guard let last else { return first }
        var request = first
        request.afterSequence = last
        // Behind 0 is the beginning.
        request.history = last == 0
        if first.limit > 0 { request.limit = first.limit - min(events, first.limit) }
        return request
    }

    /// Whether there were as many events as were asked for.
    var isDone: Bool { first.limit > 0 && events >= first.limit }

    /// Notes what has come. Returns it without a second marker that the history is over.
    mutating func pass(_ records: [UsageRecord]) -> [UsageRecord] {
        records.filter { record in
            last = max(last ?? 0, record.sequence)
            switch record.kind {
            case .event: events += 1
            case .live:
                if isLive { return false }
                isLive = true
            case .outcome, .gap, .heartbeat: break
            }
            return true
        }
    }

    /// Whether asking again may go better. Newest first, the last record says nothing of where to go on.
    func canResume(after refusal: Refusal) -> Bool {
        let passing: [Reason] = [
            .connectionLost, .connectionRefused, .shuttingDown, .tooManyConnections, .tooManyPeerConnections,
            .overloaded, .tooManyFailures,
        ]
        return passing.contains(refusal.reason) && (last == nil || !first.newestFirst)
    }
}
