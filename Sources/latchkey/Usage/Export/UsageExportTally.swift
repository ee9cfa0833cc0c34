// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// How much an export has written, and how far it is.
struct UsageExportTally {
    private let progress: Progress
    /// The sequence before the first one; `nil` = not known yet.
    private var before: UInt64?
    private let last: UInt64
    private let limit: UInt64?
    private var records: UInt64 = 0
    private var (events, outcomes, gaps, missing): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// The clock costs more than a record.
    private static let recordsPerLook: UInt64 = 64

    /// - Parameters:
    ///   - sequence: what the export comes behind; 0 = it begins with the oldest.
    ///   - last: the log's last sequence as it began.
    ///   - limit: how many events it ends after.
    init(after sequence: UInt64, last: UInt64, limit: UInt64?) {
        before = sequence == 0 ? nil : sequence
        self.last = last
        self.limit = limit
        progress = Progress(doing: "exporting usage", total: 0)
    }

    mutating func note(_ record: UsageRecord, isLive: Bool) {
        records += 1
        switch record.kind {
        case .event: events += 1
        case .outcome: outcomes += 1
        case .gap(let gap):
            gaps += 1
            missing &+= gap.count
        case .live, .heartbeat: break
        }
        // How many pass the filter is not known: the way through the log's sequences is.
        let before = before ?? record.sequence &- 1
        self.before = before
        guard !isLive, records % Self.recordsPerLook == 0 else { return }
        let total = last > before ? last - before : 0
        if let limit, limit < total {
            progress.reach(Int(clamping: events), of: Int(clamping: limit))
        } else {
            let done = record.sequence > before ? record.sequence - before : 0
            progress.reach(Int(clamping: done), of: Int(clamping: max(total, done)))
        }
    }

    func end() {
        progress.end()
    }

    /// "1,234 events, 900 outcomes; 300 missing, in 2 gaps".
    var words: String {
        let gapWords = gaps == 0 ? "" : "; \(Grouped.text(missing)) missing, in \(Grouped.count(gaps, "gap"))"
        let outcomeWords = outcomes == 0 ? "" : ", " + Grouped.count(outcomes, "outcome")
        return Grouped.count(events, "event") + outcomeWords + gapWords
    }
}
