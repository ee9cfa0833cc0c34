// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Prints who uses old secrets, and says what the log could not tell.
struct SupersededPrinter {
    let format: OutputFormat
    let terminal: Terminal
    let now: Timestamp

    func print(_ uses: [SupersededUse], missing: UInt64) throws(CommandFailure) {
        switch format {
        case .table:
            let row = SupersededRow(terminal: terminal)
            if !uses.isEmpty { try StandardOutput.writeLine(row.header) }
            for use in uses { try StandardOutput.writeLine(row.text(use, now: now)) }
            StandardError.tell(words(uses))
        case .json:
            let keys = JSONText.object([("secrets", .list(uses.map(json))), ("missing", .whole(missing))])
            try StandardOutput.writeLine(keys.line)
        case .ndjson: for use in uses { try StandardOutput.writeLine(json(use).line) }
        }
        if missing > 0, format != .json {
            StandardError.tell(
                "\(Grouped.count(missing, "event")) of that time are missing in the usage log: uses may be, too")
        }
    }

    /// "2 old secrets in use: 1 works on, 1 is denied".
    private func words(_ uses: [SupersededUse]) -> String {
        if uses.isEmpty { return "no use of an old secret is on record" }
        let ended = uses.count { $0.overlap == .ended }
        return "\(Grouped.count(uses.count, "old secret")): \(Grouped.text(uses.count - ended)) in an overlap, "
            + "\(Grouped.text(ended)) ended"
    }

    private func json(_ use: SupersededUse) -> JSONText {
        var deadline: JSONText?
        if case .runs(let time) = use.overlap { deadline = .time(time) }
        return .object([
            ("keyId", .text(use.secret.keyID)), ("name", .text(use.name)), ("accountId", .text(use.accountID)),
            ("generation", .number(Int(use.secret.generation))), ("ended", .flag(use.overlap == .ended)),
            ("deadline", deadline), ("uses", .whole(use.uses)), ("denied", .whole(use.denied)),
            ("firstUseTime", .time(use.firstUseTime)), ("lastUseTime", .time(use.lastUseTime)),
            ("clientIps", .list(use.clients.map { .text($0) })),
            ("hasMoreClientIps", use.hasMoreClients ? .flag(true) : nil),
        ])
    }
}
