// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Who uses an old secret, as one line of a table:
///
///     KEY           NAME              OLD SECRET   LAST USE   USES  FROM
///     4mVb0QaX9dEF  Night export      #1 ends 3h   2m ago       14  203.0.113.77 +2
struct SupersededRow {
    let terminal: Terminal

    /// With room to spare, the account has a column.
    private var hasAccount: Bool { terminal.columns ?? .max >= 110 }
    private var nameWidth: Int { terminal.columns.map { hasAccount ? 24 : min(max($0 - 63, 8), 24) } ?? 24 }

    var header: String {
        terminal.styled(
            line(
                key: "KEY", account: "ACCOUNT", name: "NAME", secret: "OLD SECRET", lastUse: "LAST USE", uses: "USES",
                clients: "FROM"),
            .bold)
    }

    func text(_ use: SupersededUse, now: Timestamp) -> String {
        line(
            key: use.secret.keyID, account: use.accountID, name: use.name, secret: secret(use, now),
            style: use.overlap == .ended ? .red : .yellow,
            lastUse: terminal.columns == nil ? RFC3339.text(use.lastUseTime) : ago(use.lastUseTime, now),
            uses: Grouped.text(use.uses), clients: clients(use))
    }

    /// For a person how long it still works, for a program until when.
    private func secret(_ use: SupersededUse, _ now: Timestamp) -> String {
        switch use.overlap {
        case .ended: return "#\(use.secret.generation) ended"
        case .runs(let deadline):
            guard terminal.columns != nil else { return "#\(use.secret.generation) until \(RFC3339.text(deadline))" }
            return "#\(use.secret.generation) ends \(HumanDuration.short(distance(now, deadline)))"
        }
    }

    private func ago(_ time: Timestamp, _ now: Timestamp) -> String {
        let distance = distance(time, now)
        return distance < .seconds(1) ? "now" : "\(HumanDuration.short(distance)) ago"
    }

    private func distance(_ earlier: Timestamp, _ later: Timestamp) -> TimeSpan {
        let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return TimeSpan(nanoseconds: overflow ? .max : max(difference, 0))
    }

    /// "203.0.113.77 +2": as many as there is room for, and how many others.
    private func clients(_ use: SupersededUse) -> String {
        if use.clients.isEmpty { return "-" }
        let room = terminal.columns == nil ? Int.max : terminal.columns.map { max($0 - fixedWidth, 8) } ?? .max
        let mostShown = min(Limits.supersededClientsShown, use.clients.count)
        let texts = (1...mostShown).reversed().map { count in
            let others = use.clients.count - count
            let more = others > 0 || use.hasMoreClients ? " +\(others)\(use.hasMoreClients ? " or more" : "")" : ""
            return use.clients.prefix(count).joined(separator: ", ") + more
        }
        return texts.first { $0.count <= room } ?? texts[texts.count - 1]
    }

    private var secretWidth: Int { terminal.columns == nil ? 29 : 11 }
    private var lastUseWidth: Int { terminal.columns == nil ? 20 : 8 }
    /// Of all columns but the last, with the gaps.
    private var fixedWidth: Int {
        12 + 2 + (hasAccount ? 16 + 2 : 0) + nameWidth + 2 + secretWidth + 2 + lastUseWidth + 2 + 5 + 2
    }

    private func line(
        key: String, account: String, name: String, secret: String, style: Terminal.Style? = nil, lastUse: String,
        uses: String, clients: String
    ) -> String {
        var line = TableLine()
        line.add(key, width: 12)
        if hasAccount { line.add(account, width: 16, isCut: true) }
        line.add(name, width: nameWidth, isCut: true)
        line.add(secret, width: secretWidth, style: style)
        line.add(lastUse, width: lastUseWidth)
        line.add(String(repeating: " ", count: max(0, 5 - uses.count)) + uses)
        line.add(clients)
        return line.text(for: terminal)
    }
}
