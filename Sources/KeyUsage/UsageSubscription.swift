// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// One reader of the usage log: history first if it asked for that, a marker, then what happens.
package final class UsageSubscription {
    private let log: UsageLog
    private let request: StreamUsageRequest
    /// The sequence to read next.
    private var position: UInt64
    private let liveFrom: UInt64
    private var isLive: Bool
    private var remaining: UInt64
    /// Where in which chunk `position` is.
    private var place: (chunk: UsageChunk, offset: Int)?

    init(log: UsageLog, request: StreamUsageRequest, from first: UInt64, liveFrom: UInt64) {
        self.log = log
        self.request = request
        position = first
        self.liveFrom = liveFrom
        isLive = !request.history
        remaining = request.limit == 0 ? .max : request.limit
    }

    deinit {
        log.ended()
    }

    /// The next records, at least one and at most `Limits.usageBatchEvents`; `nil` at the end, or when the task is
    /// cancelled. Waits for something to happen if need be.
    package func next() async -> [UsageRecord]? {
        while !Task.isCancelled, remaining > 0 {
            if !isLive, position >= liveFrom {
                isLive = true
                if request.noFollow { return nil }
                return [UsageRecord(sequence: liveFrom - 1, kind: .live)]
            }
            if isLive, request.noFollow { return nil }
            let records: [UsageRecord]
            switch await log.next(from: position) {
            case .nothing:
                await log.wait(for: position)
                continue
            case .missing(let first, let count, let reason):
                position = first + count
                place = nil
                records = [
                    UsageRecord(
                        sequence: position - 1, kind: .gap(UsageGap(firstSequence: first, count: count, reason: reason))
                    )
                ]
            case .events(let chunk, let end, let nextSequence):
                records = read(chunk, end: end, nextSequence: nextSequence)
            }
            if !records.isEmpty { return records }
        }
        return nil
    }

    private func read(_ chunk: UsageChunk, end: Int, nextSequence: UInt64) -> [UsageRecord] {
        var sequence = chunk.firstSequence
        var offset = 0
        if let place, place.chunk === chunk { (sequence, offset) = (position, place.offset) }
        let stop = isLive ? UInt64.max : liveFrom
        var records: [UsageRecord] = []
        offset = chunk.read(from: offset, to: end, epoch: log.epoch) { event in
            defer { sequence += 1 }
            if sequence >= position, matches(event) {
                records.append(UsageRecord(sequence: sequence, kind: .event(event)))
                remaining -= 1
            }
            return remaining > 0 && records.count < Limits.usageBatchEvents && sequence + 1 < stop
        }
        position = max(position, sequence)
        place = offset < end || position < nextSequence ? (chunk, offset) : nil
        return records
    }

    private func matches(_ event: UsageEvent) -> Bool {
        if !request.accountID.isEmpty, request.accountID != event.accountID { return false }
        if !request.keyID.isEmpty, request.keyID != event.keyID { return false }
        if !request.userID.isEmpty, request.userID != event.userID { return false }
        if request.deniedOnly, event.verdict == .valid { return false }
        return !request.supersededOnly || event.superseded
    }
}
