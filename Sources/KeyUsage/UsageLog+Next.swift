// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What is where: in memory, or in a segment.
extension UsageLog {
    /// What a subscriber reads next.
    enum Next: Sendable {
        /// Events of this chunk, up to this offset and this sequence.
        case events(UsageChunk, end: Int, nextSequence: UInt64)
        /// In the segments of this stretch.
        case stored(UsageStretch)
        /// None of these.
        case missing(Range<UInt64>, reason: String)
        /// Nothing yet.
        case nothing
    }

    /// What has `sequence`, and what follows it.
    func next(from sequence: UInt64) -> Next {
        guard sequence < nextSequence else { return .nothing }
        let inMemory = history.first?.firstSequence ?? nextSequence
        if sequence < inMemory { return older(sequence, before: inMemory) }
        guard let piece = history.last(where: { $0.firstSequence <= sequence }) else { return .nothing }
        switch piece {
        case .events(let chunk):
            return .events(chunk, end: chunk.end, nextSequence: chunk.firstSequence + chunk.count)
        case .gap(let first, let count, let reason):
            return .missing(first..<first + count, reason: reason.name)
        }
    }

    /// Of what memory holds no more.
    private func older(_ sequence: UInt64, before inMemory: UInt64) -> Next {
        guard let disk else { return .missing(1..<inMemory, reason: UsageGap.slowReader) }
        switch disk.place(of: sequence) {
        case .stretch(var stretch):
            // What a series has let go already may still be in memory.
            stretch.nextSequence = min(stretch.nextSequence, inMemory)
            return .stored(stretch)
        case .notKept(let next): return .missing(1..<min(next, inMemory), reason: UsageGap.notKept)
        case nil:
            let reason = disk.firstSequence == nil ? UsageGap.notKept : UsageGap.notWritten
            return .missing(max(disk.end, 1)..<inMemory, reason: reason)
        }
    }
}
