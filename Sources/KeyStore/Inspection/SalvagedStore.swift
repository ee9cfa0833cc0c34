// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
package import KeyModel

/// A store that was written anew from what could be read of a damaged one.
package struct SalvagedStore: Sendable {
    package let path: String
    package let keyPath: String
    package let report: SalvageReport
    package let keys: Int
    package let accounts: Int
    /// Keys that were last written before the last missing record: it, or another, may have been about one of them.
    /// Those that are revoked are left out: nothing can have come after that.
    package let doubtful: [KeyID]
}

extension StoreInspection {
    /// Reads what can be read of the store and writes it into a new one in `path`, which must not exist or be empty. The
    /// damaged one is left as it is.
    package func salvage(
        to path: String, progress: (LoadProgress) -> Void = { _ in }
    ) throws(JournalError) -> SalvagedStore {
        var (state, report) = try salvage(into: StoreState(), progress: progress)
        state.resume(after: report.lastSequence, at: report.lastTime)
        let directory = try SalvagedDirectory.make(path, from: self, report)
        var plan = SnapshotPlan(state, segment: directory.segment, now: report.lastTime)
        var doubtful: [KeyID] = []
        try directory.fill(beginning: plan.beginning) { writer throws(StorageError) in
            while let slice = plan.next(of: state) {
                try writer.append(slice)
                if case .keys(let keys) = slice {
                    doubtful += keys.filter { $0.key.isDoubtful(before: report.doubtfulSequence) }.map(\.key.id)
                }
            }
        }
        return SalvagedStore(
            path: directory.path, keyPath: directory.keyPath, report: report, keys: state.keyCount,
            accounts: state.accountCount, doubtful: doubtful)
    }
}

extension StoredKey {
    fileprivate func isDoubtful(before sequence: UInt64) -> Bool {
        revision < sequence && standing.revokeTime == nil
    }
}
