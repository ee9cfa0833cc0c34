// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a series writes next: whole frames, and one that more events may go into.
struct UsageBatch {
    /// A frame, and which of the bytes it is.
    struct Part {
        let bytes: Range<Int>
        let firstSequence: UInt64
        let nextSequence: UInt64
        let time: Timestamp
    }

    struct Whole {
        var bytes: [UInt8]
        let parts: [Part]
    }

    /// A frame is closed before it grows past this.
    private let frameBytes: Int
    private var bytes: [UInt8] = []
    private var parts: [Part] = []
    /// Of its latest event.
    private var time = Timestamp(nanoseconds: 0)
    private var open: (frame: UsageFrame, offset: Int)?

    init(frameBytes: Int) {
        self.frameBytes = frameBytes
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ entries: UnsafeRawBufferPointer, from first: UInt64) {
        // What lies between belongs to the other series.
        if let open, open.frame.nextSequence != first { seal() }
        var (rest, sequence) = (entries, first)
        while let start = rest.baseAddress, !rest.isEmpty {
            let room = frameBytes - (open.map { bytes.count - $0.offset } ?? UsageFrame.headerBytes)
            var (taken, count): (Int, UInt64) = (0, 0)
            var latest = time
            while taken < rest.count {
                let length = UsageEntry.length(at: start + taken)
                // One that is too large for any frame has one of its own.
                if taken + length > room, taken > 0 || open != nil { break }
                latest = UsageEntry.time(start + taken)
                taken += length
                count += 1
            }
            if taken == 0 {
                seal()
                continue
            }
            if open == nil { begin(UsageFrame(eventsFrom: sequence, at: UsageEntry.time(start))) }
            time = latest
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
            open?.frame.count += count
            sequence += count
            rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        }
    }

    mutating func append(gapFrom first: UInt64, count: UInt64, _ reason: UsageGapReason, at time: Timestamp) {
        seal()
        self.time = time
        begin(UsageFrame(gap: first, count: count, at: time, reason))
        seal()
    }

    /// All of it, and nothing is left; `nil` when there is nothing.
    mutating func take() -> Whole? {
        if bytes.isEmpty { return nil }
        seal()
        defer { (bytes, parts) = ([], []) }
        return Whole(bytes: bytes, parts: parts)
    }

    /// Gives the memory back that `take` took.
    mutating func reuse(_ whole: Whole) {
        if !bytes.isEmpty || whole.bytes.capacity > Limits.usageLaneBytes { return }
        bytes = whole.bytes
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func begin(_ frame: UsageFrame) {
        open = (frame, bytes.count)
        bytes.append(contentsOf: repeatElement(0, count: UsageFrame.headerBytes))
    }

    private mutating func seal() {
        guard let (frame, offset) = open else { return }
        frame.seal(&bytes, at: offset)
        parts.append(
            Part(
                bytes: offset..<bytes.count, firstSequence: frame.firstSequence, nextSequence: frame.nextSequence,
                time: time))
        open = nil
    }
}
