// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import KeyModel
internal import Synchronization

/// Writes the store's snapshots, one at a time, on a thread of its own that lets all others go first.
package actor SnapshotKeeper {
    private let store: KeyStore
    private let directory: DataDirectory
    private let history: TimeSpan
    private nonisolated let executor: ThreadExecutor
    private var kept: KeptSnapshots
    /// The last journalled time at the start, and the machine's: what is surely past, whatever the wall clock says.
    private let begun: (time: Timestamp, boot: TimeSpan)
    /// One that is being written, and one that will be when it is done: who asks now gets that.
    private var current: Task<SnapshotHeader, any Error>?
    private var next: Task<SnapshotHeader, any Error>?
    /// Whether it is no time to be polite.
    private let hurries = Atomic<Bool>(false)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - report: Of the start.
    ///   - history: How long segments are kept that no snapshot needs.
    init(
        _ store: KeyStore, _ directory: DataDirectory, _ report: RecoveryReport, history: TimeSpan
    ) throws(JournalError) {
        self.store = store
        self.directory = directory
        self.history = history
        kept = KeptSnapshots(report.snapshot)
        begun = (report.lastTime ?? store.clock.now(), store.clock.timeSinceBoot())
        executor = try ThreadExecutor()
    }

    /// From now on snapshots are written as fast as can be: the service stops, and nobody else needs the processor.
    package nonisolated func hurry() {
        hurries.store(true, ordering: .relaxed)
    }

    /// Ends its thread when it has nothing more to do. No call may follow.
    nonisolated func stop() {
        executor.stop()
    }

    /// The newest one that is known to be good.
    package var newest: SnapshotHeader? { kept.newest }

    /// Why what only older snapshots need could not be put away after the last one; `nil` = it could.
    package private(set) var retireFailure: SnapshotFailure?

    /// Writes a snapshot that has everything in it that is in the store now. Who asks while one is being written waits
    /// for the next, together with all others who do.
    package func take() async throws(SnapshotFailure) -> SnapshotHeader {
        let task = next ?? begin()
        do {
            return try await task.value
        } catch let failure as SnapshotFailure {
            throw failure
        } catch {
            throw SnapshotFailure("\(error)")
        }
    }

    private func begin() -> Task<SnapshotHeader, any Error> {
        let previous = current
        let task = Task {
            _ = await previous?.result
            current = next
            next = nil
            return try await write()
        }
        next = task
        return task
    }

    private func write() async throws(SnapshotFailure) -> SnapshotHeader {
        // What is left of one that was not finished goes first: it may be what the space is wanted for.
        directory.abandonSnapshot()
        try checkSpace()
        var plan = await store.planSnapshot()
        do throws(SnapshotFailure) {
            var writer = try attempt { () throws(StorageError) in try directory.makeSnapshotWriter(plan.beginning) }
            let patience = ContinuousClock.now + .seconds(Limits.snapshotPatienceSeconds)
            while let slice = await store.nextSlice(of: &plan) {
                let isPatient = !hurries.load(ordering: .relaxed) && ContinuousClock.now < patience
                ThreadPriority.set(isPatient ? .idle : .normal)
                try attempt { () throws(StorageError) in try writer.append(slice) }
            }
            let header = try await finish(&writer)
            kept.add(header)
            retire()
            return header
        } catch {
            directory.abandonSnapshot()
            throw error
        }
    }

    /// Once everything in it is durable, and not before: what is in a snapshot has happened.
    private func finish(_ writer: inout SnapshotWriter) async throws(SnapshotFailure) -> SnapshotHeader {
        let end = await store.decidedSequence
        do throws(JournalError) {
            try await store.settle(end)
            // What is acknowledged before it is synced (`--durability interval`) is synced now.
            if store.journal.durableSequence < end { try store.journal.commit() }
            return try writer.finish(endSequence: end, store.journal)
        } catch {
            if case .writeFailed = error { store.fail(error) }
            throw SnapshotFailure("\(error)")
        }
    }

    /// The snapshot is good whatever becomes of this.
    private func retire() {
        let elapsed = store.clock.timeSinceBoot().nanoseconds - begun.boot.nanoseconds
        // A wall clock that is wrong for a while must not cost the audit trail.
        let now = min(store.clock.now(), begun.time.advanced(by: TimeSpan(nanoseconds: max(0, elapsed))))
        let time = now.advanced(by: TimeSpan(nanoseconds: -history.nanoseconds))
        do throws(SnapshotFailure) {
            try attempt { () throws(StorageError) in try directory.retire(keeping: kept, historyFrom: time) }
            retireFailure = nil
        } catch {
            retireFailure = error
        }
    }

    /// A snapshot must not take the room that the journal's next segment needs.
    private func checkSpace() throws(SnapshotFailure) {
        let estimate = kept.newest?.fileBytes ?? UInt64(store.index.count * Limits.snapshotKeyBytes)
        let needed = estimate + estimate / 4 + 2 * UInt64(Limits.journalSegmentBytes)
        let available = try attempt { () throws(StorageError) in try directory.availableBytes }
        if available < needed {
            throw SnapshotFailure(
                "\(directory.path): a snapshot needs about \(needed >> 20) MiB of space, there are \(available >> 20)",
                isOutOfSpace: true)
        }
    }
}

/// Why there is no new snapshot. Nothing is lost: the journal goes on, and the next is tried later.
package struct SnapshotFailure: Error, Sendable, CustomStringConvertible {
    package let description: String
    package let isOutOfSpace: Bool

    init(_ description: String, isOutOfSpace: Bool = false) {
        self.description = description
        self.isOutOfSpace = isOutOfSpace
    }
}

private func attempt<R: ~Copyable>(_ step: () throws(StorageError) -> R) throws(SnapshotFailure) -> R {
    do throws(StorageError) {
        return try step()
    } catch {
        throw SnapshotFailure("\(error)", isOutOfSpace: error.isOutOfSpace)
    }
}

extension KeyStore {
    /// Everything up to here has been decided.
    fileprivate var decidedSequence: UInt64 { state.lastSequence }

    fileprivate func planSnapshot() -> SnapshotPlan {
        SnapshotPlan(state, segment: journal.currentSegment, now: clock.now())
    }

    fileprivate func nextSlice(of plan: inout SnapshotPlan) -> SnapshotSlice? {
        plan.next(of: state)
    }
}
