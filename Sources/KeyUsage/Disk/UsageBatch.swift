// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What is to be written next: whole frames, and one that more events may go into.
struct UsageBatch {
    struct Whole {
        var bytes: [UInt8]
        let firstSequence: UInt64
        let nextSequence: UInt64
        /// Of its latest frame.
        let time: Timestamp
    }

    private var bytes: [UInt8] = []
    private var firstSequence: UInt64 = 0
    private var time = Timestamp(nanoseconds: 0)
    private var nextSequence: UInt64 = 0
    private var open: (frame: UsageFrame, offset: Int)?

    mutating func append(_ entries: UnsafeRawBufferPointer, from first: UInt64, epoch: UInt64) {
        var sequence = first
        UsageEntry.each(entries) { entry in
            if let open, bytes.count - open.offset > Limits.usageFrameBytes - UsageEntry.maximumBytes { seal() }
            let time = UsageEntry.time(entry)
            begin(at: sequence, time)
            if open == nil {
                open = (UsageFrame(eventsFrom: sequence, at: time), bytes.count)
                bytes.append(contentsOf: repeatElement(0, count: UsageFrame.headerBytes))
            }
            StoredUsage.append(entry, epoch: epoch, to: &bytes)
            open?.frame.count += 1
            sequence += 1
            nextSequence = sequence
        }
    }

    mutating func append(gapFrom first: UInt64, count: UInt64, _ reason: UsageGapReason, at time: Timestamp) {
        seal()
        begin(at: first, time)
        open = (UsageFrame(gap: first, count: count, at: time, reason), bytes.count)
        bytes.append(contentsOf: repeatElement(0, count: UsageFrame.headerBytes))
        seal()
        nextSequence = first + count
    }

    /// All of it, and nothing is left; `nil` when there is nothing.
    mutating func take() -> Whole? {
        if bytes.isEmpty { return nil }
        seal()
        defer { bytes = [] }
        return Whole(bytes: bytes, firstSequence: firstSequence, nextSequence: nextSequence, time: time)
    }

    /// Gives the memory back that `take` took.
    mutating func reuse(_ whole: Whole) {
        if !bytes.isEmpty || whole.bytes.capacity > Limits.usageLaneBytes { return }
        bytes = whole.bytes
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func begin(at sequence: UInt64, _ time: Timestamp) {
        if bytes.isEmpty { firstSequence = sequence }
        self.time = time
    }

    private mutating func seal() {
        guard let open else { return }
        open.frame.seal(&bytes, at: open.offset)
        self.open = nil
    }
}
