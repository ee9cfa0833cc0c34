// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import Synchronization

/// Carries usage events and outcomes from one event loop to the log: a ring of bytes with one writer and one reader, allocated once.
///
/// The writer never waits. When the ring is full, the event is dropped and counted, and the log shows a gap; an outcome is
/// not taken, and whoever reports it is told so.
package final class UsageLane: @unchecked Sendable {
    // Unchecked because of the memory. `written` and `read` divide it: the writer touches only what lies beyond
    // `written`, and moves that with release; the reader touches only what lies between the two, and moves `read`
    // likewise. One event loop writes, the log's actor reads.
    private let memory: UnsafeMutableRawPointer
    private let capacity = Limits.usageLaneBytes
    private let written = Atomic<UInt64>(0)
    private let read = Atomic<UInt64>(0)
    private let dropped = Atomic<UInt64>(0)
    private let readerSleeps = Atomic<Bool>(true)
    private let epoch: UInt64
    private let isOff: Bool
    private let wakeReader: @Sendable () -> Void

    /// - Parameters:
    ///   - epoch: Of the usage ids of this run.
    ///   - isOff: Whether nothing is noted.
    ///   - wakeReader: Called, from the event loop, when there is something to read again.
    init(epoch: UInt64, isOff: Bool = false, wakeReader: @escaping @Sendable () -> Void) {
        self.epoch = epoch
        self.isOff = isOff
        memory = .allocate(byteCount: capacity, alignment: 8)
        self.wakeReader = wakeReader
    }

    deinit {
        memory.deallocate()
    }

    /// Notes one answered Validate. Event loop only.
    package func push(
        _ question: ValidateQuestion, _ answer: ValidateAnswer, _ record: Unmanaged<PublishedKey>?, at time: Timestamp,
        caller: UnsafeRawBufferPointer
    ) {
        if isOff { return }
        guard UsageEntry.fits(question, caller: caller), let (head, space) = space(leaving: 0) else {
            dropped.wrappingAdd(1, ordering: .relaxed)
            return
        }
        let length = UsageEntry.write(question, answer, record, at: time, epoch: epoch, caller: caller, to: space)
        written.store(head &+ UInt64(length), ordering: .releasing)
    }

    /// Notes one reported outcome. Returns false when there is no room: however many are reported, half of the ring is
    /// left to events. Event loop only.
    ///
    /// - Parameter reporter: Whose event it must be of, or it is dropped; empty = anyone's. As events have their caller.
    package func push(
        _ usageID: UsageID, httpStatus: UInt16,
        by reporter: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), at time: Timestamp
    ) -> Bool {
        if isOff { return true }
        guard reporter.count <= Limits.journalNameBytes,
            let (head, space) = space(leaving: Limits.usageLaneEventBytes)
        else { return false }
        let length = UsageEntry.write(usageID, httpStatus: httpStatus, by: reporter, at: time, to: space)
        written.store(head &+ UInt64(length), ordering: .releasing)
        return true
    }

    /// Room for one more entry, and where the ring's head is then before it; `nil` when less than `rest` would be left.
    @inline(__always)
    private func space(leaving rest: Int) -> (head: UInt64, space: UnsafeMutableRawPointer)? {
        let head = written.load(ordering: .relaxed)
        let free = capacity - Int(head &- read.load(ordering: .acquiring))
        let place = Int(head % UInt64(capacity))
        let untilEnd = capacity - place
        let skipped = untilEnd < UsageEntry.maximumBytes ? untilEnd : 0
        guard free >= UsageEntry.maximumBytes + skipped + rest else { return nil }
        if skipped == 0 { return (head, memory + place) }
        (memory + place).storeBytes(of: 0, as: UInt32.self)
        return (head &+ UInt64(skipped), memory)
    }

    /// To be called after the pushes of one batch: wakes the reader if it sleeps.
    package func signal() {
        // Orders the pushes before the question whether the reader sleeps, as the reader orders the opposite.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if readerSleeps.load(ordering: .relaxed), readerSleeps.exchange(false, ordering: .acquiringAndReleasing) {
            wakeReader()
        }
    }

    /// How many events were dropped so far.
    var droppedCount: UInt64 { dropped.load(ordering: .relaxed) }

    /// Says that the reader will sleep. Returns false if there is something to read after all. Reader only.
    func prepareToSleep() -> Bool {
        readerSleeps.store(true, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if written.load(ordering: .relaxed) == read.load(ordering: .relaxed) { return true }
        readerSleeps.store(false, ordering: .relaxed)
        return false
    }

    /// Hands over everything there is, as whole entries in one or two pieces, and makes room. Reader only.
    /// Returns whether there was anything.
    func drain(_ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let head = written.load(ordering: .acquiring)
        var tail = read.load(ordering: .relaxed)
        if head == tail { return false }
        while tail != head {
            let place = Int(tail % UInt64(capacity))
            let limit = min(Int(head &- tail), capacity - place)
            var end = place
            while end < place + limit, UsageEntry.length(at: memory + end) > 0 {
                end += UsageEntry.length(at: memory + end)
            }
            if end > place { take(UnsafeRawBufferPointer(start: memory + place, count: end - place)) }
            // Either everything up to the head was whole entries, or what follows is unused up to the ring's end.
            tail &+= UInt64(end < place + limit ? capacity - place : end - place)
        }
        read.store(tail, ordering: .releasing)
        return true
    }
}
