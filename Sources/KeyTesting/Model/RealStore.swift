// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import KeyWire

/// The real store that is held against the model: its state, journal and recovery on a simulated disk, and the service's
/// Validate over an index, all on one thread. Requests and replies go through their wire format.
final class RealStore {
    let clock = ManualClock()
    /// Drawn for the call that is made.
    var issued: [ModelStore.Issued] = []
    private var disk = SimulatedStorage()
    var life: SimulatedLife
    let digester: SecretDigester
    var door: RealDoor
    let decoder = FrameDecoder()
    /// Decided, and not committed yet: Validate does not see it.
    var unpublished: [PublishedKey] = []

    private static let path = "/data"
    private static let segmentBytes = 24 * 1024

    init() throws {
        let directory = try DataDirectory.open(Self.path, storage: disk, now: clock.wallTime())
        life = try Self.start(directory, clock)
        digester = try SecretDigester(
            storeKey: directory.key, storeID: directory.storeID.bytes, storeKeyVersion: directory.storeKeyVersion)
        door = try RealDoor(life.state, digester, clock)
    }

    private static func start(_ directory: DataDirectory, _ clock: ManualClock) throws -> SimulatedLife {
        let recovered = try directory.recover(into: StoreState(), now: clock.wallTime(), segmentBytes: segmentBytes)
        return SimulatedLife(directory, recovered, clock, history: .days(1))
    }

    /// The store's time, as a turn of the store takes it.
    func now() -> Timestamp { max(life.clock.now(), life.state.lastTime) }

    /// The id that an imported token has.
    func importedID(_ hash: [UInt8]) -> KeyID {
        KeyID(of: Digest(bytes: hash).map(digester.digest(importedTokenHash:)) ?? Digest())
    }

    // MARK: Crashes

    /// How a life ends.
    enum End: CaseIterable {
        case kill, powerCut, powerCutAfterWrite, stop
    }

    func restart(_ end: End, seed: UInt64) throws {
        switch end {
        case .kill: disk = disk.restarted()
        case .powerCut: disk = disk.crashed(seed: seed)
        case .powerCutAfterWrite:
            try life.writer.commit(syncing: false)
            disk = disk.crashed(seed: seed)
        case .stop:
            try commit()
            try life.writer.mark()
            disk = disk.restarted()
        }
        unpublished = []
        life = try Self.start(try DataDirectory.open(Self.path, storage: disk, now: clock.wallTime()), clock)
        door = try RealDoor(life.state, digester, clock)
    }

    /// Makes durable, then publishes.
    func commit() throws(JournalError) {
        try life.writer.commit()
        try life.writer.tryRestoreReserve()
        for key in unpublished { door.index.publish(key) }
        door.index.advance(to: life.state.lastSequence)
        unpublished = []
    }

    /// A step of a snapshot. Whether one was finished.
    func snapshot(slices: Int) throws -> Bool {
        do throws(JournalError) {
            return try life.stepSnapshot(slices: slices)
        } catch {
            if case .notDurable = error { return false }
            throw error
        }
    }

    /// Whether it holds these keys, in this order, and no others.
    func compareKeys(_ expected: [Key], at now: Timestamp, _ differ: (Any, Any) throws -> Void) rethrows {
        let found = life.state.keys(0..<life.state.keyCount).map { $0.shown(at: now) }
        for (one, other) in zip(expected, found) where one != other { try differ(one, other) }
        if expected.count != found.count { try differ("\(expected.count) keys", found.count) }
    }
}
