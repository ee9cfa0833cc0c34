// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyStore

extension JSONText {
    static func verification(
        _ store: StoreInspection, _ found: StoreVerification, salvage: JSONText?
    ) -> JSONText {
        .object([
            ("storeId", .text("\(store.storeID)")), ("storeKeyVersion", .number(Int(store.storeKeyVersion))),
            ("createTime", .time(store.createTime)), ("inUse", .flag(store.isInUse)), ("whole", .flag(found.isWhole)),
            ("startable", .flag(found.startError == nil)), ("journalSegments", .number(found.journalSegments)),
            ("historySegments", .number(found.historySegments)), ("records", .whole(found.records)),
            ("unknownRecords", .whole(found.skipped)), ("anchor", found.anchor.map(anchor)),
            ("head", found.head.map(head)), ("headHalf", .flag(found.isHeadHalf)),
            ("snapshots", .list(found.snapshots.map(snapshot))), ("tornEnd", found.torn.map(torn)),
            ("damage", .list(found.damage.map(damage))), ("salvage", salvage),
        ])
    }

    static func anchor(_ anchor: JournalAnchor) -> JSONText {
        .object([
            ("segment", .whole(anchor.segment)), ("firstSequence", .whole(anchor.firstSequence)),
            ("time", .time(anchor.time)), ("tag", .text("\(anchor.tag)")),
        ])
    }

    static func head(_ head: JournalHeadPoint) -> JSONText {
        .object([
            ("sequence", .whole(head.sequence)), ("time", .time(head.time)), ("tag", .text("\(head.tag)")),
        ])
    }

    static func salvage(_ report: SalvageReport, _ saved: SalvagedStore?) -> JSONText {
        .object([
            ("directory", saved.map { .text($0.path) }), ("storeKey", saved.map { .text($0.keyPath) }),
            ("snapshotSequence", report.snapshot.map { .whole($0.endSequence) }), ("records", .whole(report.records)),
            ("lastSequence", .whole(report.lastSequence)), ("keys", saved.map { .number($0.keys) }),
            ("accounts", saved.map { .number($0.accounts) }),
            (
                "missing",
                .list(
                    report.missing.map {
                        .object([("firstSequence", .whole($0.lowerBound)), ("lastSequence", .whole($0.upperBound))])
                    })
            ),
            (
                "unusable",
                .list(
                    report.findings.map {
                        .object([
                            ("file", .text($0.file)), ("offset", .whole($0.offset)),
                            ("sizeBytes", $0.byteCount > 0 ? .number($0.byteCount) : nil), ("problem", .text($0.what)),
                        ])
                    })
            ),
            ("doubtfulKeyIds", saved.map { .list($0.doubtful.map { .text("\($0)") }) }),
        ])
    }

    private static func snapshot(_ found: SnapshotFinding) -> JSONText {
        .object([
            ("file", .text(found.path)), ("whole", .flag(found.problem == nil)),
            ("endSequence", .whole(found.endSequence)), ("time", found.header.map { .time($0.time) }),
            ("keys", found.header.map { .whole($0.keys) }), ("accounts", found.header.map { .whole($0.accounts) }),
            ("sizeBytes", found.header.map { .whole($0.fileBytes) }),
            ("problem", found.problem.map { .text($0.place) }),
        ])
    }

    private static func torn(_ torn: TornTail) -> JSONText {
        .object([
            ("file", .text(torn.file)), ("offset", .whole(torn.offset)), ("sizeBytes", .number(torn.byteCount)),
            ("firstSequence", .whole(torn.firstSequence)),
        ])
    }

    private static func damage(_ error: JournalError) -> JSONText {
        switch error {
        case .corrupt(let file, let offset, let what, _):
            .object([("file", .text(file)), ("offset", .whole(offset)), ("problem", .text(what))])
        case .refused(let refusal): .object([("file", .text(refusal.file)), ("problem", .text(refusal.what))])
        case .storage, .writeFailed, .entryTooLarge, .outOfSequence, .notDurable, .stopped, .crypto:
            .object([("problem", .text("\(error)"))])
        }
    }
}
