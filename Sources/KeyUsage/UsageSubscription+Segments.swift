// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

/// Reading segments, which is done here and not in the log's turns, so that nobody waits for it.
extension UsageSubscription {
    /// The next of a segment's events that pass the filter, and gaps; of those before `stop`.
    func read(_ stretch: UsageStretch, before stop: UInt64) -> [UsageRecord] {
        guard let reader = opened(stretch) else { return unopened(stretch) }
        while let (frame, offset) = reader.next(before: stretch.end) {
            if frame.nextSequence <= position { continue }
            var records: [UsageRecord] = []
            if frame.firstSequence > position { records.append(skip(to: frame.firstSequence, UsageGap.damaged)) }
            if frame.firstSequence >= stop { break }
            switch (frame.kind, reader.events(frame, at: offset)) {
            case (.gap, _): records.append(skip(to: frame.nextSequence, frame.reason?.name ?? UsageGap.damaged))
            case (.events, nil): records.append(skip(to: frame.nextSequence, UsageGap.damaged))
            case (.events, let events?):
                let end = min(frame.nextSequence, stop)
                for (event, sequence) in zip(events, frame.firstSequence..<end) where sequence >= position {
                    if let record = record(event, sequence) { records.append(record) }
                }
                position = end
            }
            // What is left of this frame is read again.
            if position < frame.nextSequence { self.reader = nil }
            return records
        }
        // Nothing more in it: what it should have had is not readable.
        self.reader = nil
        return position < stretch.nextSequence ? [skip(to: stretch.nextSequence, UsageGap.damaged)] : []
    }

    func opened(_ stretch: UsageStretch) -> UsageSegmentReader? {
        if let reader, reader.firstSequence == stretch.firstSequence { return reader }
        frames = []
        reader = try? UsageSegmentReader(stretch)
        return reader
    }

    /// It may have been removed since the log named it: then the log says so the next time.
    private func unopened(_ stretch: UsageStretch) -> [UsageRecord] {
        if unreadable == stretch.firstSequence { return [skip(to: stretch.nextSequence, UsageGap.damaged)] }
        unreadable = stretch.firstSequence
        return []
    }

    // MARK: Newest first

    /// What is before `position`, the newest first.
    func readBackwards() async -> [UsageRecord] {
        switch await log.next(from: position - 1) {
        case .nothing:
            position = begin
            return []
        case .missing(_, _, let reason):
            return [skip(backTo: await log.startOfGap(at: position - 1), reason)]
        case .events(let chunk, let end, _):
            var events: [UsageRecord.Kind] = []
            _ = chunk.read(from: 0, to: end, epoch: log.epoch) { event in
                events.append(event)
                return true
            }
            return records(events, from: chunk.firstSequence)
        case .stored(let stretch): return readBackwards(stretch)
        }
    }

    private func readBackwards(_ stretch: UsageStretch) -> [UsageRecord] {
        guard let reader = opened(stretch) else {
            return [skip(backTo: stretch.firstSequence, UsageGap.damaged)]
        }
        if frames.isEmpty {
            while let found = reader.next(before: stretch.end) { frames.append(found) }
        }
        let index = frames.lastIndex { $0.frame.firstSequence < position }
        let readable = index.map { frames[$0].frame.nextSequence } ?? stretch.firstSequence
        if readable < position { return [skip(backTo: readable, UsageGap.damaged)] }
        guard let index else { return [] }
        let (frame, offset) = frames[index]
        guard frame.kind == .events, let events = reader.events(frame, at: offset) else {
            return [skip(backTo: frame.firstSequence, frame.reason?.name ?? UsageGap.damaged)]
        }
        return records(events, from: frame.firstSequence)
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
