// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Outcomes that have left their lane and wait for their events, which may still be in another lane.
///
/// What two rounds of the lanes bring is all that it ever holds: for each lane, twice what a ring has room for.
struct WaitingOutcomes {
    /// Entries as they were.
    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ entries: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: entries)
    }

    /// All of them; none is left.
    mutating func take() -> WaitingOutcomes {
        defer { bytes = [] }
        return self
    }

    /// Them as they are to be taken into the history: with what filters look at, where `event` finds it by the usage id.
    /// What may only be joined with its reporter's own event, and is not, is left out.
    func joined(_ event: (UnsafeRawPointer) -> UnsafeRawPointer?) -> [UInt8] {
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count * 2)
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            var offset = 0
            while offset < bytes.count {
                let outcome = start + offset
                let length = UsageEntry.length(at: outcome)
                offset += length
                let reporter = UsageEntry.bytes(of: .caller, outcome)
                let event = event(outcome)
                if !reporter.isEmpty,
                    event.map({ UsageEntry.bytes(of: .caller, $0).elementsEqual(reporter) }) != true
                {
                    continue
                }
                guard let event else {
                    joined.append(contentsOf: UnsafeRawBufferPointer(start: outcome, count: length))
                    continue
                }
                withUnsafeTemporaryAllocation(byteCount: UsageEntry.maximumBytes, alignment: 8) { space in
                    guard let memory = space.baseAddress else { return }
                    let count = UsageEntry.write(outcome, joinedWith: event, to: memory)
                    joined.append(contentsOf: UnsafeRawBufferPointer(start: memory, count: count))
                }
            }
        }
        return joined
    }
}
