// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Outcomes that have left their lane and wait for their events, which may still be in another lane.
///
/// What two rounds of the lanes bring is all that it ever holds: for each lane, twice what a ring has room for.
struct WaitingOutcomes {
    /// Entries as they were, in words so that they lie as entries must.
    private var words: [UInt64] = []

    var isEmpty: Bool { words.isEmpty }

    mutating func append(_ entries: UnsafeRawBufferPointer) {
        words.append(contentsOf: entries.bindMemory(to: UInt64.self))
    }

    /// All of them; none is left.
    mutating func take() -> WaitingOutcomes {
        defer { words = [] }
        return self
    }

    /// Calls `body` with each.
    mutating func each(_ body: (UnsafeMutableRawPointer) -> Void) {
        words.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for offset in stride(from: 0, to: bytes.count, by: UsageOutcomeEntry.byteCount) { body(start + offset) }
        }
    }

    /// As they are to be taken into the history.
    func withEntries(_ body: (UnsafeRawBufferPointer) -> Void) {
        words.withUnsafeBytes(body)
    }
}
