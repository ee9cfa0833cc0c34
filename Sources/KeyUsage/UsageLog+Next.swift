// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What is where: in memory, or in a segment.
extension UsageLog {
    /// What a subscriber reads next.
    enum Next: Sendable {
        /// Events of this chunk, up to this offset and this sequence.
        case events(UsageChunk, end: Int, nextSequence: UInt64)
        /// In this segment.
        case stored(UsageStretch)
        case missing(first: UInt64, count: UInt64, reason: String)
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
            return .missing(first: sequence, count: first + count - sequence, reason: reason.name)
        }
    }

    /// Of what memory holds no more.
    private func older(_ sequence: UInt64, before inMemory: UInt64) -> Next {
        func missing(before next: UInt64, _ reason: String) -> Next {
            .missing(first: sequence, count: min(next, inMemory) - sequence, reason: reason)
        }
        guard let disk else { return missing(before: inMemory, UsageGap.slowReader) }
        switch disk.place(of: sequence) {
        case .stretch(let stretch): return .stored(stretch)
        case .notKept(let next): return missing(before: next, UsageGap.notKept)
        case nil:
            return missing(before: inMemory, disk.firstSequence == nil ? UsageGap.notKept : UsageGap.notWritten)
        }
    }

    /// The first sequence of the gap that has `sequence`.
    func startOfGap(at sequence: UInt64) -> UInt64 {
        let piece = history.last { $0.firstSequence <= sequence }
        return piece?.firstSequence ?? min(disk?.end ?? sequence, sequence)
    }
}
