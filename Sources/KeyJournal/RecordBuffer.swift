// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Encoded records that wait for their place: memory that grows by doubling and is kept between batches.
struct RecordBuffer: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) {
        memory = .allocate(byteCount: max(capacity, 64), alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// Room for `byteCount` more at the end, uninitialised: the caller writes all of it.
    mutating func append(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
        let end = count + byteCount
        if end > memory.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(end, 2 * memory.count), alignment: 16)
            larger.copyMemory(from: bytes)
            memory.deallocate()
            memory = larger
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[count..<end])
        count = end
        return room
    }

    mutating func removeAll() {
        count = 0
    }

    /// Seals every record for its place, the first at `offset`, and gives the last one's tag. The buffer holds only
    /// what `RecordFormat.encode` wrote or `RecordFormat.read` verified, so the lengths in it are sound.
    mutating func seal(
        segment: UInt64, offset: Int, durable: UInt64, previous: JournalTag, _ tagger: RecordTagger
    ) -> JournalTag {
        var previous = previous
        var start = 0
        while start < count {
            let length = Int(UnsafeRawBufferPointer(memory).number(at: start, as: UInt32.self))
            let record = UnsafeMutableRawBufferPointer(rebasing: memory[start..<(start + length)])
            previous = RecordFormat.seal(
                record, segment: segment, offset: offset + start, durable: durable, previous: previous, tagger)
            start += length
        }
        return previous
    }
}
