// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import KeyWire

/// A store between one start and its end, driven by hand: what the actor, the committer's thread and the snapshot's
/// thread do, one step at a time.
struct SimulatedLife: ~Copyable {
    let writer: JournalWriter
    let clock: StoreClock
    var state: StoreState
    private let directory: DataDirectory
    private let history: TimeSpan
    private var kept: KeptSnapshots
    private var snapshot: SnapshotWriter?
    private var plan: SnapshotPlan?
    /// The store's last sequence when the last slice was taken.
    private var endSequence: UInt64?

    init(
        _ directory: DataDirectory, _ recovered: RecoveredStore<StoreState>, _ clock: ManualClock, history: TimeSpan
    ) {
        self.history = history
        self.directory = directory
        writer = recovered.writer
        state = recovered.target
        state.resume(after: recovered.report.lastSequence, at: recovered.report.lastTime)
        self.clock = StoreClock(clock, notBefore: recovered.report.lastTime)
        kept = KeptSnapshots(recovered.report.snapshot)
    }

    var durableSequence: UInt64 { writer.durableSequence }

    /// Whether a change may be asked for, as the store decides it: all that waits must fit where there is surely room.
    func admits(_ command: SimulatedCommand) -> Bool {
        if !writer.hasReserve { return command.isSafety && writer.remainingBytes >= Self.changeBytes }
        return writer.segmentRoom - writer.batchBytes >= (command.isSafety ? 1 : 2) * Self.changeBytes
    }

    /// More than any of the simulation's changes takes in the journal.
    private static let changeBytes = 1_536

    mutating func append(
        _ changed: SimulatedCommand.Changed, of request: KeptRequest?
    ) throws(JournalError) {
        if let request { state.remember(request) }
        switch changed {
        case .key(let key): try append(.key, StorageCodec.encode(key, of: request), state.lastSequence)
        case .account(let settings):
            try append(.account, StorageCodec.encode(settings, of: request), state.lastSequence)
        }
    }

    mutating func append(_ type: RecordType, _ body: [UInt8], _ sequence: UInt64) throws(JournalError) {
        let entry = try JournalEntry(
            sequence: sequence, type: type, time: state.lastTime, caller: "uid:7", peer: "unix", body: body)
        if !writer.hasRoom(for: entry) { try writer.commit() }
        try writer.append(entry)
    }

    var isWritingSnapshot: Bool { plan != nil }

    /// Begins a snapshot, takes slices of it, or finishes it: whichever is next. Whether it is finished.
    mutating func stepSnapshot(slices: Int) throws(JournalError) -> Bool {
        guard var plan, snapshot != nil else {
            let plan = SnapshotPlan(state, segment: writer.currentSegment, now: clock.now())
            do throws(StorageError) {
                snapshot = try directory.makeSnapshotWriter(plan.beginning, chunkBytes: 700)
            } catch {
                throw .storage(error)
            }
            self.plan = plan
            endSequence = nil
            return false
        }
        for _ in 0..<slices where endSequence == nil {
            guard let slice = plan.next(of: state, 2) else {
                endSequence = state.lastSequence
                break
            }
            do throws(StorageError) {
                try snapshot?.append(slice)
            } catch {
                throw .storage(error)
            }
        }
        self.plan = plan
        guard let endSequence else { return false }
        return try finish(endSequence)
    }

    private mutating func finish(_ endSequence: UInt64) throws(JournalError) -> Bool {
        guard let header = try snapshot?.finish(endSequence: endSequence, writer) else { return false }
        snapshot = nil
        plan = nil
        kept.add(header)
        do throws(StorageError) {
            try directory.retire(
                keeping: kept, historyFrom: clock.now().advanced(by: TimeSpan(nanoseconds: -history.nanoseconds)))
        } catch {
            throw .storage(error)
        }
        return true
    }

    mutating func abandonSnapshot() {
        snapshot = nil
        plan = nil
        directory.abandonSnapshot()
    }
}
