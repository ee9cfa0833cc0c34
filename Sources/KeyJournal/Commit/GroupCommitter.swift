// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// When a mutation is acknowledged.
package enum Durability: Sendable, Equatable {
    /// When it is on disk.
    case strict
    /// When it is written; it is on disk within so long. For stores that may be thrown away.
    case interval(milliseconds: Int64)
}

/// Writes the journal on a thread of its own: one batch is written and synced while the next one fills.
///
/// For every batch, in this order and on that thread: written and synced; `publish(payloads, upToSequence)`;
/// `publishedSequence` raised; those resumed who wait for it. When the journal fails, `onFailure` is called once,
/// nothing more is published, and everyone who waits gets the error.
///
/// It keeps itself alive until `stop`.
package final class GroupCommitter<Payload: Sendable>: Sendable {
    package typealias Publish = @Sendable (_ payloads: [Payload], _ upToSequence: UInt64) -> Void

    private let writer: JournalWriter
    private let durability: Durability
    private let publish: Publish
    private let onFailure: @Sendable (JournalError) -> Void
    private let queue: Mutex<CommitQueue<Payload>>
    private let waiters: PublicationWaiters
    private let reserve: Atomic<Bool>
    private let signal = ThreadSignal()
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Begins with everything that the writer has already made durable published. Throws when there is no thread.
    package init(
        writer: JournalWriter, durability: Durability = .strict, publish: @escaping Publish,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        self.writer = writer
        self.durability = durability
        self.publish = publish
        self.onFailure = onFailure
        let last = writer.nextSequence - 1
        queue = Mutex(CommitQueue(lastSequence: last, room: writer.remainingBytes))
        waiters = PublicationWaiters(published: last)
        reserve = Atomic(writer.hasReserve)
        let started = try starting { () throws(StorageError) in
            try DedicatedThread { self.run() }
        }
        thread.withLock { $0 = started }
    }

    /// Takes what one decision made: its records, in sequence, and what to publish when they are durable. Returns at
    /// once. After `stop` or a failure nothing is taken, and whoever waits for it gets the error.
    package func enqueue(_ entries: [JournalEntry], _ payload: Payload) {
        let mustWake = queue.withLock { $0.add(entries, payload) }
        if mustWake { signal.wake() }
    }

    /// How much more may be enqueued, in bytes: what waits, and what is being written, must fit into one segment, so that
    /// with the reserve there is a place for all of it. Without a reserve it is what is left of the current segment.
    package func admittedBytes(keeping kept: Int) -> Int {
        let (queued, remaining) = queue.withLock { ($0.queuedBytes, $0.remainingBytes) }
        let room = hasReserve ? writer.segmentRoom - queued : remaining
        return room - kept
    }

    /// The last sequence that was enqueued: what a decision that changed nothing depends on.
    package var lastSequence: UInt64 { queue.withLock { $0.lastSequence } }

    /// Whether a spare segment is ready. While there is none, only what must not be refused should be enqueued.
    package var hasReserve: Bool { reserve.load(ordering: .acquiring) }

    /// Everything up to here has been published.
    package var publishedSequence: UInt64 { waiters.publishedSequence }

    /// Returns once `sequence`, which has been enqueued, is published: at once if it already is. Throws if it never
    /// will be. Does not end early when the task is cancelled: the wait is as long as a sync.
    package func waitUntilPublished(_ sequence: UInt64) async throws(JournalError) {
        try await waiters.wait(for: sequence)
    }

    /// Writes, syncs and publishes what was enqueued, ends the thread and waits for it; blocks for that long. What is
    /// waited for afterwards is refused with `stopped`, unless it was published. A second call does nothing.
    package func stop() {
        if queue.withLock({ $0.stop() }) { signal.wake() }
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    // MARK: The thread

    private func run() {
        do throws(JournalError) {
            try work()
            waiters.close(.stopped)
        } catch {
            queue.withLock { $0.close() }
            onFailure(error)
            waiters.close(error)
        }
    }

    private func work() throws(JournalError) {
        var schedule = CommitSchedule(durability: durability)
        while true {
            switch queue.withLock({ $0.take() }) {
            case .batch(let batch): try write(batch, &schedule)
            case .nothing:
                if schedule.isMarkDue {
                    try writer.mark()
                    queue.withLock { $0.didWrite(room: writer.remainingBytes) }
                }
                signal.wait(milliseconds: schedule.waitMilliseconds(hasReserve: writer.hasReserve))
            case .end:
                try writer.commit()
                try writer.mark()
                return
            }
            if schedule.isSyncDue { try writer.commit() }
            if !writer.hasReserve, schedule.isReserveDue {
                reserve.store(try writer.tryRestoreReserve(), ordering: .releasing)
            }
        }
    }

    private func write(_ batch: CommitBatch<Payload>, _ schedule: inout CommitSchedule) throws(JournalError) {
        let syncing = durability == .strict
        for entry in batch.entries {
            if !writer.hasRoom(for: entry) { try writer.commit(syncing: syncing) }
            try writer.append(entry)
        }
        try writer.commit(syncing: syncing)
        schedule.didWrite()
        if syncing, schedule.isHeadDue { try writer.noteHead() }
        reserve.store(writer.hasReserve, ordering: .releasing)
        let room = writer.remainingBytes
        queue.withLock { $0.didWrite(room: room) }
        publish(batch.payloads, batch.lastSequence)
        waiters.publish(batch.lastSequence)
    }
}
