// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Reads stretches of the log: of two series of segments, each of which has what the other leaves out. A segment stays
/// open from one stretch to the next.
///
/// An event is taken from whichever series has it. A gap that a frame names ends where the other series has something,
/// because after a power cut one series may know less than the other.
final class UsageStretchReader {
    /// What a stretch has at a sequence.
    enum Piece {
        /// All of a frame's events, or outcomes.
        case events([UsageRecord.Kind], first: UInt64)
        case gap(Range<UInt64>, reason: String)
    }

    /// A segment that is being read.
    struct Source {
        let path: String
        /// `nil` = it cannot be opened.
        let reader: UsageSegmentReader?
        /// The first frame that is not behind the reader; backwards, all of them.
        var frames: [(frame: UsageFrame, offset: UInt64)] = []
        /// The sequence behind the last frame that was read.
        var readNext: UInt64
        /// What is behind `readNext` cannot be read.
        var isDamaged: Bool
    }

    private var sources: [Source] = []
    /// Could not be opened when it was tried last.
    private var unopened: Set<String> = []

    /// Opens what the stretch has. Returns false when that should be asked for again: a segment may have been removed
    /// since it was named.
    func open(_ stretch: UsageStretch) -> Bool {
        var opened: [Source] = []
        var isComplete = true
        for part in stretch.parts {
            if let source = sources.first(where: { $0.path == part.path }) {
                opened.append(source)
                continue
            }
            let reader = try? UsageSegmentReader(part)
            if reader == nil, unopened.insert(part.path).inserted { isComplete = false }
            opened.append(
                Source(path: part.path, reader: reader, readNext: part.firstSequence, isDamaged: reader == nil))
        }
        if isComplete { sources = opened }
        return isComplete
    }

    /// What is at `position`, which lies in the stretch; positions rise from call to call.
    func next(at position: UInt64, in stretch: UsageStretch) -> Piece {
        for (index, part) in stretch.parts.enumerated() { sources[index].advance(to: position, before: part.end) }
        if let piece = events(at: position) { return piece }
        var end = stretch.nextSequence
        for source in sources {
            if let frame = source.frames.first?.frame {
                end = min(end, frame.firstSequence > position ? frame.firstSequence : frame.nextSequence)
            }
        }
        for gap in stretch.missing where gap.next > position {
            end = min(end, gap.first > position ? gap.first : gap.next)
        }
        return .gap(position..<end, reason: reason(at: position, in: stretch))
    }

    /// What is before `position`, of which the last sequence lies in the stretch; positions fall from call to call.
    func previous(before position: UInt64, in stretch: UsageStretch) -> Piece {
        for (index, part) in stretch.parts.enumerated() { sources[index].readAll(before: part.end) }
        if let piece = events(at: position - 1) { return piece }
        var start = stretch.firstSequence
        for source in sources {
            if let frame = source.frames.last(where: { $0.frame.firstSequence < position })?.frame {
                start = max(start, frame.nextSequence < position ? frame.nextSequence : frame.firstSequence)
            }
        }
        for gap in stretch.missing where gap.first < position {
            start = max(start, gap.next < position ? gap.next : gap.first)
        }
        return .gap(start..<position, reason: reason(at: position - 1, in: stretch))
    }

    private func events(at sequence: UInt64) -> Piece? {
        for source in sources {
            guard let (frame, offset) = source.frame(with: sequence, .events),
                let events = source.reader?.events(frame, at: offset)
            else { continue }
            return .events(events, first: frame.firstSequence)
        }
        return nil
    }

    private func reason(at sequence: UInt64, in stretch: UsageStretch) -> String {
        for source in sources {
            if source.frame(with: sequence, .events) != nil { return UsageGap.damaged }
            if let frame = source.frame(with: sequence, .gap)?.frame { return frame.reason?.name ?? UsageGap.damaged }
        }
        for gap in stretch.missing where gap.first <= sequence && sequence < gap.next { return gap.reason.name }
        // Unless it lies where one of them cannot be read, it was the other's.
        let isDamaged = sources.contains { $0.isDamaged && $0.readNext <= sequence }
        return isDamaged ? UsageGap.damaged : stretch.holeReason
    }
}

extension UsageStretchReader.Source {
    func frame(with sequence: UInt64, _ kind: UsageFrame.Kind) -> (frame: UsageFrame, offset: UInt64)? {
        // Backwards there may be very many, in order.
        var (low, high) = (0, frames.count)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].frame.firstSequence <= sequence { low = middle + 1 } else { high = middle }
        }
        guard low > 0, frames[low - 1].frame.nextSequence > sequence, frames[low - 1].frame.kind == kind
        else { return nil }
        return frames[low - 1]
    }

    /// Keeps the first frame that is not wholly before `position`.
    mutating func advance(to position: UInt64, before end: UInt64) {
        guard let reader else { return }
        while frames.first.map({ $0.frame.nextSequence <= position }) ?? true {
            frames.removeAll()
            guard let next = reader.next(before: end) else { break }
            frames.append(next)
            readNext = next.frame.nextSequence
        }
        isDamaged = frames.isEmpty && !reader.isAtEnd(end)
    }

    mutating func readAll(before end: UInt64) {
        guard let reader, frames.isEmpty else { return }
        while let next = reader.next(before: end) {
            frames.append(next)
            readNext = next.frame.nextSequence
        }
        isDamaged = !reader.isAtEnd(end)
    }
}
