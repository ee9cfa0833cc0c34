// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What waits for the committer's thread. Lives under its lock.
struct CommitQueue<Payload: Sendable> {
    private enum State { case open, stopping, closed }

    /// What the thread is to do next.
    enum Work {
        case batch(CommitBatch<Payload>)
        /// Sleep: whoever adds the next entry will wake it.
        case nothing
        case end
    }

    private(set) var lastSequence: UInt64
    private var pendingBytes = 0
    private var entries: [JournalEntry] = []
    private var payloads: [Payload] = []
    private var state = State.open
    private var isSleeping = false
    /// Bytes left in the segment when the last batch was written, and those of the batch that is being written.
    private var room: Int
    private var writingBytes = 0

    init(lastSequence: UInt64, room: Int) {
        self.lastSequence = lastSequence
        self.room = room
    }

    /// What waits, and what is being written.
    var queuedBytes: Int { writingBytes + pendingBytes }

    var remainingBytes: Int { max(0, room - writingBytes - pendingBytes) }

    /// Whether the thread must be woken.
    mutating func add(_ added: [JournalEntry], _ payload: Payload) -> Bool {
        guard case .open = state else { return false }
        entries.append(contentsOf: added)
        payloads.append(payload)
        for entry in added { pendingBytes += entry.encodedBytes }
        if let last = added.last { lastSequence = last.sequence }
        defer { isSleeping = false }
        return isSleeping
    }

    mutating func take() -> Work {
        guard payloads.isEmpty else {
            let batch = CommitBatch(entries: entries, payloads: payloads, lastSequence: lastSequence)
            entries = []
            entries.reserveCapacity(batch.entries.count)
            payloads = []
            payloads.reserveCapacity(batch.payloads.count)
            writingBytes = pendingBytes
            pendingBytes = 0
            return .batch(batch)
        }
        guard case .open = state else { return .end }
        isSleeping = true
        return .nothing
    }

    mutating func didWrite(room: Int) {
        self.room = room
        writingBytes = 0
    }

    /// Takes nothing more; what is there will be written. Whether the thread must be woken.
    mutating func stop() -> Bool {
        guard case .open = state else { return false }
        state = .stopping
        return true
    }

    /// Takes nothing more, and forgets what is there.
    mutating func close() {
        state = .closed
        entries = []
        payloads = []
    }
}

/// What is written and synced together.
struct CommitBatch<Payload: Sendable> {
    let entries: [JournalEntry]
    let payloads: [Payload]
    let lastSequence: UInt64
}

/// When the committer's thread has something to do though nothing was enqueued.
struct CommitSchedule {
    private let durability: Durability
    private var nextReserveTry: Int64 = 0
    private var nextHead = monotonicMilliseconds() + Limits.journalHeadMilliseconds
    /// When what was written must be synced.
    private var syncDue: Int64?
    /// When the journal has been idle for long enough to say so in it.
    private var markDue: Int64?

    init(durability: Durability) {
        self.durability = durability
    }

    mutating func didWrite() {
        let now = monotonicMilliseconds()
        switch durability {
        case .strict: markDue = now + Limits.journalMarkMilliseconds
        case .interval(let milliseconds):
            let due = syncDue ?? now + max(0, milliseconds)
            (syncDue, markDue) = (due, due)
        }
    }

    /// True once per deadline.
    var isSyncDue: Bool {
        mutating get {
            guard let due = syncDue, monotonicMilliseconds() >= due else { return false }
            syncDue = nil
            return true
        }
    }

    /// True at most once in `Limits.journalHeadMilliseconds`.
    var isHeadDue: Bool {
        mutating get {
            let now = monotonicMilliseconds()
            guard now >= nextHead else { return false }
            nextHead = now + Limits.journalHeadMilliseconds
            return true
        }
    }

    /// True once after a write that nothing followed for a while.
    var isMarkDue: Bool {
        mutating get {
            guard let due = markDue, monotonicMilliseconds() >= due else { return false }
            markDue = nil
            return true
        }
    }

    /// True at most once in `Limits.journalReserveRetryMilliseconds`.
    var isReserveDue: Bool {
        mutating get {
            let now = monotonicMilliseconds()
            guard now >= nextReserveTry else { return false }
            nextReserveTry = now + Limits.journalReserveRetryMilliseconds
            return true
        }
    }

    /// `nil`: for ever.
    func waitMilliseconds(hasReserve: Bool) -> Int64? {
        let due = [syncDue, markDue, hasReserve ? nil : nextReserveTry].compactMap(\.self).min()
        return due.map { max(0, $0 - monotonicMilliseconds()) }
    }
}
