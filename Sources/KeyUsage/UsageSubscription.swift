// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// One reader of the usage log: history first if it asked for that, a marker, then what happens; or the history
/// backwards.
package final class UsageSubscription {
    let log: UsageLog
    let request: StreamUsageRequest
    /// Whose events there are for this reader.
    private let scope: AccountScope
    /// The sequence to read next; newest first, the one behind it.
    var position: UInt64
    /// The first that is asked for.
    let begin: UInt64
    private let liveFrom: UInt64
    private var isLive: Bool
    private(set) var remaining: UInt64
    /// Where in which chunk `position` is.
    private var place: (firstSequence: UInt64, offset: Int)?
    /// The segments that are being read.
    let reader = UsageStretchReader()
    /// Read, and not handed out yet.
    private var pending: ArraySlice<UsageRecord> = []
    /// When the next heartbeat is due.
    private var heartbeatTime: Timestamp

    init(log: UsageLog, request: StreamUsageRequest, in scope: AccountScope, from first: UInt64, liveFrom: UInt64) {
        self.log = log
        self.request = request
        self.scope = scope
        begin = first
        position = request.newestFirst ? liveFrom : first
        self.liveFrom = liveFrom
        isLive = !request.looksBack
        remaining = request.limit == 0 ? .max : request.limit
        heartbeatTime = log.now().advanced(by: .milliseconds(Limits.usageSyncMilliseconds))
    }

    deinit {
        log.ended()
    }

    /// The next records, at least one and at most `Limits.usageBatchEvents`; `nil` at the end, or when the task is
    /// cancelled. Waits for something to happen if need be.
    package func next() async -> [UsageRecord]? {
        while !Task.isCancelled {
            if !pending.isEmpty {
                defer { pending = pending.dropFirst(Limits.usageBatchEvents) }
                return Array(pending.prefix(Limits.usageBatchEvents))
            }
            if remaining == 0 { return nil }
            if request.newestFirst {
                guard position > begin else { return nil }
                pending = await readBackwards()[...]
                continue
            }
            if !isLive, position >= liveFrom {
                isLive = true
                if request.noFollow { return nil }
                return sending([UsageRecord(sequence: liveFrom - 1, kind: .live)])
            }
            if isLive, request.noFollow { return nil }
            guard let records = await readForwards() else {
                await log.wait(for: position)
                continue
            }
            if !records.isEmpty { pending = sending(records)[...] }
        }
        return nil
    }

    /// What is at `position`, or a heartbeat; `nil` when there is nothing, and nothing is due.
    private func readForwards() async -> [UsageRecord]? {
        var records: [UsageRecord] = []
        switch await log.next(from: position) {
        case .nothing: return heartbeat()
        case .missing(let range, let reason): records = [skip(to: range.upperBound, reason)]
        case .stored(let stretch): records = read(stretch, before: isLive ? .max : liveFrom)
        case .events(let chunk, let end, let nextSequence): records = read(chunk, end: end, nextSequence: nextSequence)
        }
        return records.isEmpty ? heartbeat() ?? [] : records
    }

    /// What shows that a stream which follows is alive, when it has been quiet for long.
    private func heartbeat() -> [UsageRecord]? {
        let now = log.now()
        guard isLive, now >= heartbeatTime else { return nil }
        return [UsageRecord(sequence: position - 1, kind: .heartbeat(now))]
    }

    private func sending(_ records: [UsageRecord]) -> [UsageRecord] {
        heartbeatTime = log.now().advanced(by: .milliseconds(Limits.usageHeartbeatMilliseconds))
        return records
    }

    /// The gap from `position` up to `next`.
    func skip(to next: UInt64, _ reason: String) -> UsageRecord {
        let gap = UsageGap(firstSequence: position, count: next - position, reason: reason)
        position = next
        place = nil
        return UsageRecord(sequence: next - 1, kind: .gap(gap))
    }

    /// The record, if it passes the filter. Outcomes do not count towards the limit.
    func record(_ kind: UsageRecord.Kind, _ sequence: UInt64) -> UsageRecord? {
        guard remaining > 0, UsageFilter.passes(kind, request, in: scope) else { return nil }
        if case .event = kind { remaining -= 1 }
        return UsageRecord(sequence: sequence, kind: kind)
    }

    private func read(_ chunk: UsageChunk, end: Int, nextSequence: UInt64) -> [UsageRecord] {
        var sequence = chunk.firstSequence
        var offset = 0
        if let place, place.firstSequence == chunk.firstSequence { (sequence, offset) = (position, place.offset) }
        let stop = isLive ? UInt64.max : liveFrom
        var records: [UsageRecord] = []
        offset = chunk.read(from: offset, to: end) { kind in
            defer { sequence += 1 }
            if sequence >= position, let record = record(kind, sequence) { records.append(record) }
            return remaining > 0 && records.count < Limits.usageBatchEvents && sequence + 1 < stop
        }
        position = max(position, sequence)
        // Also at the chunk's end so far: more may come.
        place = (chunk.firstSequence, offset)
        return records
    }
}
