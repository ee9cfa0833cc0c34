// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyJournal
package import KeyModel

/// A store opened from its directory: recovered, locked, ready.
package struct OpenStore: Sendable {
    package let store: KeyStore
    package let digester: SecretDigester
    /// Holds the lock for as long as it lives.
    package let directory: DataDirectory
    package let report: RecoveryReport
    package let snapshots: SnapshotKeeper

    /// Opens the store in `path`, or makes one if there is nothing there.
    ///
    /// - Parameters:
    ///   - keyPath: The store key's file; `path` with ".key" unless given.
    ///   - history: How long segments that recovery needs no more are kept.
    ///   - progress: Called now and then while it loads.
    ///   - onFailure: Called once, from the journal's thread, when it cannot be written any more: end the program.
    package init(
        path: String, keyPath: String? = nil, storage: any Storage = PosixStorage(),
        clock: any WallClock = SystemClock(), durability: Durability = .strict,
        segmentBytes: Int = Limits.journalSegmentBytes, history: TimeSpan = Limits.historySpan,
        progress: (LoadProgress) -> Void = { _ in }, onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        directory = try DataDirectory.open(path, keyPath: keyPath, storage: storage, now: clock.wallTime())
        do throws(CryptoError) {
            digester = try SecretDigester(
                storeKey: directory.key, storeID: directory.storeID.bytes,
                storeKeyVersion: directory.storeKeyVersion)
        } catch {
            throw .crypto(error)
        }
        let recovered = try directory.recover(
            into: StoreState(), now: clock.wallTime(), segmentBytes: segmentBytes, progress: progress)
        report = recovered.report
        var state = recovered.target
        state.resume(after: report.lastSequence, at: report.lastTime)
        store = try KeyStore(
            state: state, writer: recovered.writer, clock: StoreClock(clock, notBefore: report.lastTime),
            digester: digester, durability: durability, onFailure: onFailure)
        snapshots = try SnapshotKeeper(store, directory, report, history: history)
    }

    /// Writes and syncs what was decided, ends the store's threads and lets the directory go.
    package func stop() {
        snapshots.stop()
        store.stop()
        directory.unlock()
    }
}
