// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Appends to the journal: `append` encodes into a batch, `commit` writes the batch and syncs it.
///
/// It does what it is told when it is told, on the caller's thread, so that a simulation can drive it; GroupCommitter
/// is its thread. The lock inside only makes misuse harmless. After any error but `entryTooLarge` and
/// `outOfSequence` it is dead: every later call throws the same, and nothing is tried again.
package final class JournalWriter: Sendable {
    private let core: Mutex<WriterCore>
    /// Copies of what the core says, for whoever must not wait while it syncs.
    private let segmentNumber: Atomic<UInt64>
    private let bytesWritten = Atomic<UInt64>(0)

    init(_ core: consuming sending WriterCore) {
        segmentNumber = Atomic(core.number)
        segmentRoom = core.segmentBytes - SegmentHeader.byteCount
        self.core = Mutex(core)
    }

    /// The number of a segment at or before the one that the next record goes into. Waits for nothing.
    package var currentSegment: UInt64 { segmentNumber.load(ordering: .acquiring) }
    /// How much was written to the journal since it was opened. Waits for nothing.
    package var writtenBytes: UInt64 { bytesWritten.load(ordering: .relaxed) }
    /// The last record that is on disk.
    var durable: (sequence: UInt64, tag: JournalTag) { core.withLock { ($0.durableSequence, $0.durableTag) } }

    /// The sequence that the next entry must have.
    package var nextSequence: UInt64 { core.withLock { $0.nextSequence } }
    /// Every sequence up to here is on disk.
    package var durableSequence: UInt64 { core.withLock { $0.durableSequence } }
    /// Whether a spare segment is ready. While there is none, only what must not be refused should be written.
    package var hasReserve: Bool { core.withLock { $0.spare != nil } }
    /// What is appended and not committed. Bytes.
    package var batchBytes: Int { core.withLock { $0.batchBytes } }
    /// What fits into an empty segment. Bytes.
    package let segmentRoom: Int
    /// What still fits into the current segment, beside what is appended and not committed. Bytes.
    package var remainingBytes: Int { core.withLock { $0.remainingBytes } }

    /// Whether the entry fits into the batch: a batch goes into one segment whole. If not, commit first.
    package func hasRoom(for entry: JournalEntry) -> Bool {
        core.withLock { $0.hasRoom(for: entry) }
    }

    /// Takes the next entry. Throws `outOfSequence`, or `entryTooLarge` when it has no room, and stays as it was.
    package func append(_ entry: JournalEntry) throws(JournalError) {
        try core.withLock { core throws(JournalError) in try core.append(entry) }
    }

    /// Writes what was appended and, unless `syncing` is false, makes it and all before it durable. When it needed
    /// the spare segment, a new one is made if there is space. Throws `writeFailed`.
    package func commit(syncing: Bool = true) throws(JournalError) {
        try core.withLock { core throws(JournalError) in
            try core.commit(syncing: syncing)
            segmentNumber.store(core.number, ordering: .releasing)
            bytesWritten.store(core.writtenBytes, ordering: .relaxed)
        }
    }

    /// Says, on disk, that everything appended so far is on disk; to be called when nothing more comes for a while.
    /// Commit first: while there is a batch it does nothing. Throws `writeFailed`.
    package func mark() throws(JournalError) {
        try core.withLock { core throws(JournalError) in try core.mark() }
    }

    /// Says in `HEAD` what is on disk; to be called now and then while the journal is never idle. Throws `writeFailed`.
    package func noteHead() throws(JournalError) {
        try core.withLock { core throws(JournalError) in try core.noteHead() }
    }

    /// Tries to have a spare segment. `false` when there is no space for it yet.
    @discardableResult
    package func tryRestoreReserve() throws(JournalError) -> Bool {
        try core.withLock { core throws(JournalError) in try core.tryRestoreReserve() }
    }
}
