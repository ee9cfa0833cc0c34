// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore

extension RecordBlock {
    /// So many of a list are shown to a person; programs get all.
    private static let shown = 20

    /// What can be kept of a damaged store, and what not.
    mutating func add(_ report: SalvageReport) {
        let records = Grouped.count(report.records, "record")
        let snapshot = report.snapshot.map { "the snapshot of record \($0.endSequence) and " } ?? ""
        add("Salvage", "keeps \(snapshot)\(records) of the journal, up to record \(report.lastSequence)")
        for finding in report.findings.prefix(Self.shown) {
            let extent = finding.byteCount > 0 ? " (\(Grouped.text(finding.byteCount)) bytes)" : ""
            add("Unusable", "\(finding.file) at offset \(finding.offset)\(extent): \(finding.what)", style: .red)
        }
        addRest(of: report.findings.count)
        if report.missing.isEmpty {
            add("Lost", "nothing that is known of", style: .green)
            return
        }
        add("Lost", Grouped.count(report.missingCount, "record"), style: .red)
        for range in report.missing.prefix(Self.shown) { add("", range.words, style: .red) }
        addRest(of: report.missing.count)
        add("", "A lost record may have created, disabled, re-keyed or revoked any key.", style: .red)
    }

    /// What was kept.
    mutating func add(_ saved: SalvagedStore) {
        add("New store", saved.path)
        add("Its key", saved.keyPath)
        add("Holds", "\(Grouped.count(saved.keys, "key")), \(Grouped.count(saved.accounts, "account"))")
        if saved.report.missing.isEmpty { return }
        add("Doubtful", "\(Grouped.count(saved.doubtful.count, "key")) may be older than before", style: .yellow)
        for key in saved.doubtful.prefix(Self.shown) { add("", "\(key)", style: .yellow) }
        addRest(of: saved.doubtful.count)
    }

    private mutating func addRest(of count: Int) {
        if count > Self.shown { add("", "and \(Grouped.text(count - Self.shown)) more; -o json lists all") }
    }
}

extension SalvagedStore {
    /// For standard error; empty when nothing is missing.
    var warning: String {
        if report.missing.isEmpty { return "" }
        return """
            \(Grouped.count(report.missingCount, "record")) of this store cannot be read, and what was changed there \
            is undone:
            a key that was revoked or disabled there works again in \(path).
            Check the doubtful keys before you serve from it.

            """
    }
}

extension ClosedRange<UInt64> {
    fileprivate var words: String {
        lowerBound == upperBound ? "record \(lowerBound)" : "records \(lowerBound) to \(upperBound)"
    }
}
