// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Outcomes: joined with their events while those are in memory, so that the same filters pass both.
extension UsageLog {
    /// Outcomes whose events, if this run has them, are in the history, with what those say.
    func joined(_ outcomes: WaitingOutcomes) -> [UInt8] {
        outcomes.joined { event(of: UsageEntry.usageID($0)) }
    }

    /// The entry of the event that has this id, if memory still has it.
    private func event(of usageID: UsageID) -> UnsafeRawPointer? {
        guard usageID.epoch == epoch, let (sequence, offset) = places.find(usageID.serial),
            let first = history.first, first.firstSequence <= sequence
        else { return nil }
        // The last piece that begins at or before it.
        var (low, high) = (0, history.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if history[middle].firstSequence <= sequence { low = middle } else { high = middle }
        }
        guard case .events(let chunk) = history[low] else { return nil }
        return chunk.event(usageID.serial, at: offset)
    }
}
