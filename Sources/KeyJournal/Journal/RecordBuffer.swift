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

    /// Calls `body` with everything in it, to be changed in place.
    mutating func withBytes<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) -> R {
        body(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    }

    mutating func removeAll() {
        count = 0
    }

    /// Seals every record for its place, the first at `offset`, and gives the tags that go on from them. The buffer
    /// holds only what `RecordFormat.encode` wrote or `RecordFormat.read` verified, so the lengths in it are sound.
    mutating func seal(
        segment: UInt64, offset: Int, durable: UInt64, after tags: ChainTags, _ tagger: RecordTagger
    ) -> ChainTags {
        var tags = tags
        var start = 0
        while start < count {
            let length = Int(UnsafeRawBufferPointer(memory).number(at: start, as: UInt32.self))
            let record = UnsafeMutableRawBufferPointer(rebasing: memory[start..<(start + length)])
            let tag = RecordFormat.seal(
                record, segment: segment, offset: offset + start, durable: durable, previous: tags.last, tagger)
            tags.add(tag, isMark: RecordFormat.isMark(UnsafeRawBufferPointer(record)))
            start += length
        }
        return tags
    }
}

/// Where a chain of records has come to.
struct ChainTags: Sendable, Equatable {
    /// The tag of whatever is last, which the next goes on from.
    private(set) var last: JournalTag
    /// The tag of the last that is not a mark: a mark may be left behind by a restart, what it speaks of may not.
    private(set) var lastRecord: JournalTag

    static let start = ChainTags(last: .zero, lastRecord: .zero)

    init(last: JournalTag, lastRecord: JournalTag) {
        self.last = last
        self.lastRecord = lastRecord
    }

    mutating func add(_ tag: JournalTag, isMark: Bool) {
        last = tag
        if !isMark { lastRecord = tag }
    }
}
