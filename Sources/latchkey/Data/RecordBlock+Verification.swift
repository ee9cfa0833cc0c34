// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel

extension RecordBlock {
    /// What was found in a store's files.
    mutating func add(_ store: StoreInspection, _ found: StoreVerification, now: Timestamp = .now) {
        add("Store", store.storeID.description)
        add("Store key", "version \(store.storeKeyVersion), \(store.keyPath)")
        add("Created", store.createTime.text(from: now))
        if store.isInUse { add("In use", "by a running process; its files are read as they are", style: .yellow) }
        add("Segments", "\(found.journalSegments) in journal, \(found.historySegments) in history")
        add("Records", "\(Grouped.text(found.records)) verified")
        if found.skipped > 0 {
            add("Unknown", "\(Grouped.count(found.skipped, "record")) of a newer version", style: .yellow)
        }
        if let anchor = found.anchor { add(anchor, now: now) }
        if let head = found.head { add(head, now: now) }
        for snapshot in found.snapshots { add(snapshot, now: now) }
        if found.snapshots.isEmpty { add("Snapshot", "none") }
        if found.isHeadHalf {
            add(
                "HEAD", "one of its two slots does not verify, as after a power cut; the other is enough",
                style: .yellow)
        }
        if let torn = found.torn { add("Torn end", Self.words(torn, isInUse: store.isInUse), style: .yellow) }
        for error in found.damage { add("Damage", error.place, style: .red) }
        let starts = found.startError == nil ? "; a start would do without what is damaged" : "; a start would refuse"
        add(
            "Verdict", found.isWhole ? "whole" : "damaged" + starts, style: found.isWhole ? .green : .red)
    }

    mutating func add(_ anchor: JournalAnchor, now: Timestamp) {
        let isBeginning = anchor.firstSequence == 1
        let begins = "record \(anchor.firstSequence) in segment \(anchor.segment), \(anchor.time.text(from: now))"
        add("Oldest", begins + (isBeginning ? ": the beginning" : ""))
        if !isBeginning { add("Anchor", "\(anchor.firstSequence &- 1):\(anchor.tag)", isWhole: true) }
    }

    mutating func add(_ head: JournalHeadPoint, now: Timestamp) {
        if head.sequence == 0 {
            add("Head", "no record yet")
            return
        }
        add("Newest", "record \(head.sequence), \(head.time.text(from: now))")
        add("Head", "\(head.sequence):\(head.tag)", style: .bold, isWhole: true)
        add("", "Publish it elsewhere, to prove later that nothing was removed.")
    }

    private mutating func add(_ snapshot: SnapshotFinding, now: Timestamp) {
        let name = snapshot.path.split(separator: "/").last.map(String.init) ?? snapshot.path
        let state = snapshot.problem == nil ? "whole" : "damaged"
        let contents = snapshot.header.map { header in
            ", \(Grouped.count(header.keys, "key")), \(Grouped.count(header.accounts, "account")), "
                + "up to record \(header.endSequence), \(header.time.text(from: now))"
        }
        add("Snapshot", "\(name): \(state)\(contents ?? "")", style: snapshot.problem == nil ? nil : .red)
    }

    private static func words(_ torn: TornTail, isInUse: Bool) -> String {
        let what = "\(Grouped.text(torn.byteCount)) bytes of \(torn.file) at offset \(torn.offset): "
        return what
            + (isInUse
                ? "the running process has not finished writing them"
                : "a power cut left them; the next start saves them aside and goes on")
    }
}

extension JournalError {
    /// Where it is and what it is, without advice.
    var place: String {
        switch self {
        case .corrupt(let file, let offset, let what, _): "\(file) at offset \(offset): \(what)"
        case .refused(let refusal): "\(refusal.file): \(refusal.what)"
        case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto: description
        }
    }
}
