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
        var cells = [
            (DisplayWidth.padded(time, to: 20), nil), (DisplayWidth.padded(verdict, to: 10), style),
            (DisplayWidth.padded(Printable.line(key), to: 12), nil),
        ]
        if hasName {
            let name =
                terminal.columns == nil ? Printable.line(name) : DisplayWidth.truncated(Printable.line(name), to: 24)
            cells.append((DisplayWidth.padded(name, to: 24), nil))
        }
        cells.append((DisplayWidth.padded(Printable.line(client), to: 15), nil))
        let used = cells.reduce(0) { $0 + DisplayWidth.of($1.0) + 2 }
        let request = Printable.line(request)
        cells.append((terminal.columns.map { DisplayWidth.truncated(request, to: $0 - used) } ?? request, nil))
        return cells.map { text, style in style.map { terminal.styled(text, $0) } ?? text }.joined(separator: "  ")
    }
}
