// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A piece of the log's history: whole entries, one behind the other. Filled by the log's actor, read by anyone.
final class UsageChunk: @unchecked Sendable {
    // Unchecked because of the memory. Only the log's actor appends, behind what it has handed out; a reader looks only
    // at the bytes before the `end` that it was given together with the chunk.
    private let memory: UnsafeMutableRawPointer
    /// The sequence of its first entry.
    let firstSequence: UInt64
    /// How many entries it holds, and in how many bytes. The log's actor only.
    private(set) var count: UInt64 = 0
    private(set) var end = 0

    static let capacity = Limits.usageChunkBytes

    init(firstSequence: UInt64) {
        memory = .allocate(byteCount: Self.capacity, alignment: 8)
        self.firstSequence = firstSequence
    }

    deinit {
        memory.deallocate()
    }

    /// Takes as many of the entries as fit, and notes where the events are; returns how many bytes that were. The log's
    /// actor only.
    func append(_ entries: UnsafeRawBufferPointer, _ places: UsagePlaces) -> Int {
        guard let start = entries.baseAddress else { return 0 }
        var taken = 0
        while taken < entries.count {
            let length = UsageEntry.length(at: start + taken)
            if end + taken + length > Self.capacity { break }
            if !UsageEntry.isOutcome(start + taken) {
                places.note(
                    UsageEntry.serial(start + taken), sequence: firstSequence + count, offset: end + taken)
            }
            taken += length
            count += 1
        }
        (memory + end).copyMemory(from: start, byteCount: taken)
        end += taken
        return taken
    }

    /// The event that begins at `offset`, if it has this serial. The log's actor only.
    func event(_ serial: UInt64, at offset: Int) -> UnsafeRawPointer? {
        guard offset < end else { return nil }
        let entry = UnsafeRawPointer(memory + offset)
        return UsageEntry.serial(entry) == serial && !UsageEntry.isOutcome(entry) ? entry : nil
    }

    /// Calls `body` with the entries from `offset` up to `limit`; stops when it returns false.
    /// Returns the offset it came to.
    func read(
        from offset: Int, to limit: Int, _ body: (UsageRecord.Kind) -> Bool
    ) -> Int {
        var offset = offset
        while let (kind, length) = UsageEntry.read(
            UnsafeRawBufferPointer(start: memory + offset, count: limit - offset))
        {
            offset += length
            if !body(kind) { break }
        }
        return offset
    }
}
