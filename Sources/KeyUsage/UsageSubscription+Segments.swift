// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Reading segments, which is done here and not in the log's turns, so that nobody waits for it.
extension UsageSubscription {
    /// The next of the stretch's events that pass the filter, or a gap; of those before `stop`.
    func read(_ stretch: UsageStretch, before stop: UInt64) -> [UsageRecord] {
        guard reader.open(stretch) else { return [] }
        switch reader.next(at: position, in: stretch) {
        case .gap(let range, let reason): return [skip(to: min(range.upperBound, stop), reason)]
        case .events(let events, let first):
            var records: [UsageRecord] = []
            let end = min(first + UInt64(events.count), stop)
            for (event, sequence) in zip(events, first..<end) where sequence >= position {
                if let record = record(event, sequence) { records.append(record) }
            }
            position = end
            return records
        }
    }

    // MARK: Newest first

    /// What is before `position`, the newest first.
    func readBackwards() async -> [UsageRecord] {
        switch await log.next(from: position - 1) {
        case .nothing:
            position = begin
            return []
        case .missing(let range, let reason): return [skip(backTo: range.lowerBound, reason)]
        case .events(let chunk, let end, _):
            var events: [UsageRecord.Kind] = []
            _ = chunk.read(from: 0, to: end) { event in
                events.append(event)
                return true
            }
            return records(events, from: chunk.firstSequence)
        case .stored(let stretch):
            guard reader.open(stretch) else { return [] }
            switch reader.previous(before: position, in: stretch) {
            case .gap(let range, let reason): return [skip(backTo: range.lowerBound, reason)]
            case .events(let events, let first): return records(events, from: first)
            }
        }
    }

    /// Those before `position`, which moves to `first`.
    private func records(_ events: [UsageRecord.Kind], from first: UInt64) -> [UsageRecord] {
        var records: [UsageRecord] = []
        for (event, sequence) in zip(events, first...).reversed() where sequence < position && sequence >= begin {
            if let record = record(event, sequence) { records.append(record) }
        }
        position = max(begin, first)
        return records
    }

    /// The gap before `position`, which moves to `first`.
    private func skip(backTo first: UInt64, _ reason: String) -> UsageRecord {
        let start = max(begin, min(first, position - 1))
        let gap = UsageGap(firstSequence: start, count: position - start, reason: reason)
        defer { position = start }
        return UsageRecord(sequence: position - 1, kind: .gap(gap))
    }
}
