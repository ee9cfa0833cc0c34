// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A usage record as one line of a table. Records come one by one, so the columns' widths are fixed beforehand:
///
///     TIME                  VERDICT     KEY           CLIENT           REQUEST
///     2026-07-10T09:12:33Z  VALID       4mVb0QaX9dEF  203.0.113.77     GET /v2/employ…
struct UsageRow {
    let terminal: Terminal

    /// With room to spare, the key's name is shown too.
    private var hasName: Bool { (terminal.columns ?? 120) >= 110 }

    /// An IPv4 address fits always, and the longest IPv6 address where it leaves as much room for the request.
    private var clientWidth: Int {
        let others = (hasName ? 66 : 40) + verdictWidth
        return terminal.columns.map { min(max(($0 - others) / 2, 15), 39) } ?? 15
    }

    /// With room to spare, that of the longest verdict.
    private var verdictWidth: Int { hasName ? 18 : 10 }

    var header: String {
        terminal.styled(
            line(time: "TIME", verdict: "VERDICT", key: "KEY", name: "NAME", client: "CLIENT", request: "REQUEST"),
            .bold)
    }

    func text(_ record: UsageRecord) -> String {
        switch record.kind {
        case .event(let event): text(event)
        case .gap(let gap):
            terminal.styled(
                "-- \(gap.count) missing from #\(gap.firstSequence) on (\(Printable.line(gap.reason)))", .yellow)
        case .live: terminal.styled("-- live from here, behind #\(record.sequence)", .faint)
        case .heartbeat: terminal.styled("-- nothing new, at #\(record.sequence)", .faint)
        }
    }

    private func text(_ event: UsageEvent) -> String {
        let verdict = event.verdict?.name ?? "UNKNOWN"
        let style: Terminal.Style = event.verdict != .valid ? .red : event.superseded ? .yellow : .green
        var request = [event.httpMethod, event.path.isEmpty ? event.resource : event.path].filter { !$0.isEmpty }
        if event.superseded { request.append("(old secret #\(event.generation))") }
        return line(
            time: RFC3339.text(event.time), verdict: verdict, style: style,
            key: event.keyID.isEmpty ? "-" : event.keyID,
            name: event.name.isEmpty ? "-" : event.name, client: event.clientIP.isEmpty ? "-" : event.clientIP,
            request: request.isEmpty ? "-" : request.joined(separator: " "))
    }

    private func line(
        time: String, verdict: String, style: Terminal.Style? = nil, key: String, name: String, client: String,
        request: String
    ) -> String {
        var line = TableLine()
        line.add(time, width: 20)
        line.add(verdict, width: verdictWidth, style: style)
        line.add(key, width: 12)
        if hasName { line.add(name, width: 24, isCut: true) }
        line.add(client, width: clientWidth, isCut: true)
        line.add(request)
        return line.text(for: terminal)
    }
}
