// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Synchronization
internal import Testing

@Suite struct GroupCommitterTests {
    /// What was published, in the order it was.
    private final class Published: Sendable {
        let payloads = Mutex<[UInt64]>([])
        let upTo = Mutex<[UInt64]>([])
        let failures = Mutex<[String]>([])

        func take(_ new: [UInt64], _ sequence: UInt64) {
            payloads.withLock { $0 += new }
            upTo.withLock { $0.append(sequence) }
        }
    }

    private func committer(
        _ writer: JournalWriter, _ published: Published, _ durability: Durability = .strict
    ) throws -> GroupCommitter<UInt64> {
        try GroupCommitter(
            writer: writer, durability: durability, publish: { published.take($0, $1) },
            onFailure: { error in published.failures.withLock { $0.append(error.description) } })
    }

    @Test("storage rules 1, 2: 1,000 waiters; each resumes after its payload is published, and it is durable")
    func manyWaiters() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 64 * 1024)
        let published = Published()
        let committer = try committer(opened.writer, published)
        await withTaskGroup(of: Bool.self) { group in
            for sequence in 1...1_000 as ClosedRange<UInt64> {
                guard let entry = try? sampleEntry(sequence) else { continue }
                committer.enqueue([entry], sequence)
                group.addTask {
                    try? await committer.waitUntilPublished(sequence)
                    let count = published.payloads.withLock { $0.count }
                    return count >= Int(sequence) && opened.writer.durableSequence >= sequence
                }
            }
            for await isPublished in group { #expect(isPublished) }
        }
        #expect(committer.publishedSequence == 1_000)
        committer.stop()
        #expect(published.payloads.withLock { $0 } == Array(1...1_000))
        #expect(published.upTo.withLock { $0 == $0.sorted() && $0.last == 1_000 })
        #expect(published.failures.withLock { $0 }.isEmpty)
        #expect(try Opened(storage.restarted()).seen.count == 1_000)
    }

    @Test("stop drains what was enqueued; afterwards nothing is taken, and waiting for it is refused")
    func stop() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let published = Published()
        let committer = try committer(opened.writer, published)
        for sequence in 1...50 as ClosedRange<UInt64> { committer.enqueue([try sampleEntry(sequence)], sequence) }
        committer.stop()
        committer.stop()
        #expect(published.payloads.withLock { $0 } == Array(1...50))
        #expect(opened.writer.durableSequence == 50)
        try await committer.waitUntilPublished(50)
        committer.enqueue([try sampleEntry(51)], 51)
        await #expect(throws: JournalError.self) { try await committer.waitUntilPublished(51) }
        #expect(try Opened(storage.restarted()).seen.count == 50)
    }

    @Test("storage rule 3: a write error is told once; nothing is acknowledged or published after it")
    func failure() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let published = Published()
        let committer = try committer(opened.writer, published)
        committer.enqueue([try sampleEntry(1)], 1)
        try await committer.waitUntilPublished(1)
        storage.fail(operation: storage.operations + 2, code: 5)
        await withTaskGroup(of: Bool.self) { group in
            for sequence in 2...20 as ClosedRange<UInt64> {
                guard let entry = try? sampleEntry(sequence) else { continue }
                committer.enqueue([entry], sequence)
                group.addTask { (try? await committer.waitUntilPublished(sequence)) == nil }
            }
            for await isRefused in group { #expect(isRefused) }
        }
        committer.stop()
        #expect(published.payloads.withLock { $0 } == [1])
        #expect(published.failures.withLock { $0.count } == 1)
        #expect(committer.publishedSequence == 1)
    }

    @Test("one enqueue of several records and a batch larger than a segment are published whole and in order")
    func largeBatches() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage, segmentBytes: 1_024)
        let published = Published()
        let committer = try committer(opened.writer, published)
        let entries = try (1...60).map { try sampleEntry($0) }
        committer.enqueue(entries, 60)
        try await committer.waitUntilPublished(60)
        #expect(published.payloads.withLock { $0 } == [60])
        #expect(committer.lastSequence == 60)
        #expect(committer.hasReserve)
        #expect(committer.admittedBytes(keeping: 24) == opened.writer.segmentRoom - 24)
        committer.stop()
        #expect(try Opened(storage.restarted()).seen == entries.map(Seen.init))
    }

    @Test("storage rule 1: with an interval what is written is published, and a stop makes it durable")
    func interval() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let published = Published()
        let committer = try committer(opened.writer, published, .interval(milliseconds: 3_600_000))
        committer.enqueue([try sampleEntry(1)], 1)
        try await committer.waitUntilPublished(1)
        #expect(opened.writer.durableSequence == 0)
        committer.stop()
        #expect(opened.writer.durableSequence == 1)
    }

    @Test("storage rule 3: the committer tells when there is no reserve")
    func reserve() async throws {
        let storage = SimulatedStorage()
        let opened = try Opened(storage)
        let published = Published()
        let committer = try committer(opened.writer, published)
        #expect(committer.hasReserve)
        storage.capacity = storage.usedBytes
        var sequence: UInt64 = 0
        while committer.hasReserve, sequence < 100 {
            sequence += 1
            committer.enqueue([try sampleEntry(sequence)], sequence)
            try await committer.waitUntilPublished(sequence)
        }
        #expect(!committer.hasReserve)
        storage.capacity = nil
        while !committer.hasReserve, opened.writer.remainingBytes > 200 {
            await Task.yield()
        }
        #expect(committer.hasReserve)
        committer.stop()
    }
}
