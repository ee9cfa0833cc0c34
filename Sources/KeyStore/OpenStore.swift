// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyJournal
package import KeyModel
internal import KeyWire

/// A store opened from its directory: recovered, locked, ready.
package struct OpenStore: Sendable {
    package let store: KeyStore
    package let digester: SecretDigester
    /// Holds the lock for as long as it lives.
    package let directory: DataDirectory
    package let report: RecoveryReport

    /// Opens the store in `path`, or makes one if there is nothing there.
    ///
    /// - Parameters:
    ///   - keyPath: The store key's file; `path` with ".key" unless given.
    ///   - onFailure: Called once, from the journal's thread, when it cannot be written any more: end the program.
    package init(
        path: String, keyPath: String? = nil, storage: any Storage = PosixStorage(),
        clock: any WallClock = SystemClock(), durability: Durability = .strict,
        segmentBytes: Int = Limits.journalSegmentBytes, onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        directory = try DataDirectory.open(path, keyPath: keyPath, storage: storage, now: clock.wallTime())
        do throws(CryptoError) {
            digester = try SecretDigester(
                storeKey: directory.key, storeID: directory.storeID.bytes,
                storeKeyVersion: directory.storeKeyVersion)
        } catch {
            throw .crypto(error)
        }
        var state = StoreState()
        let recovered = try directory.recover(now: clock.wallTime(), segmentBytes: segmentBytes) { record in
            try state.replay(record)
        }
        report = recovered.report
        state.resume(after: report.lastSequence, at: report.lastTime)
        store = try KeyStore(
            state: state, writer: recovered.writer,
            clock: StoreClock(clock, notBefore: recovered.report.lastTime), digester: digester,
            durability: durability, onFailure: onFailure)
    }

    /// Writes and syncs what was decided, ends the store's threads and lets the directory go.
    package func stop() {
        store.stop()
        directory.unlock()
    }
}

extension StoreState {
    /// Applies a record of the journal. Throws when its body is not what its type says.
    package mutating func replay(_ record: JournalRecord) throws {
        switch record.type {
        case .key: replay(try StorageCodec.key(record.body, revision: record.sequence), at: record.time)
        case .account: replay(try StorageCodec.account(record.body, revision: record.sequence), at: record.time)
        case .mark: break
        default:
            throw WireError(
                description: "a record of type \(record.type), which this version cannot apply; use a newer one")
        }
    }
}
