// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A usage record as one line of a table, and a denial's message. Records come one by one, so the columns' widths are
/// fixed beforehand. On a terminal the message is a line of its own, elsewhere the last column:
///
///     TIME (UTC)      HTTP  VERDICT     KEY           CLIENT           REQUEST
///     07-10 09:12:33  200   VALID       4mVb0QaX9dEF  203.0.113.77     GET /v2/emplo…
///     07-10 09:12:34  403   EXPIRED     4mVb0QaX9dEF  203.0.113.77     GET /v2/emplo…
///                     GET /v2/employees/7: the key has expired; extend it or issue a new one
struct UsageRow {
    let terminal: Terminal

    private static let requestWidth = 28
    private static let indent = 16

    /// With room to spare, times are whole, and the key's name is shown too.
    private var isWide: Bool { (terminal.columns ?? 120) >= 110 }

    /// An IPv4 address fits always, and the longest IPv6 address where it leaves as much room for the request.
    private var clientWidth: Int {
        let others = (isWide ? 72 : 40) + verdictWidth
        return terminal.columns.map { min(max(($0 - others) / 2, 15), 39) } ?? 15
    }

    /// With room to spare, that of the longest verdict.
    private var verdictWidth: Int { isWide ? 18 : 10 }

    var header: String {
        let cells = Cells(
            time: isWide ? "TIME" : "TIME (UTC)", status: "HTTP", verdict: "VERDICT", key: "KEY", name: "NAME",
            client: "CLIENT", request: "REQUEST", message: "MESSAGE")
        return terminal.styled(line(cells), .bold)
    }

    /// - Parameters:
    ///   - status: How the request ended, if an outcome told.
    func text(_ event: UsageEvent, status: UInt32?) -> String {
        let style: Terminal.Style = event.verdict != .valid ? .red : event.superseded ? .yellow : .green
        let shownStatus = event.httpStatus > 0 ? event.httpStatus : status
        let cells = Cells(
            time: time(event.time), status: shownStatus.map { "\($0)" } ?? "-",
            verdict: event.verdict?.name ?? "UNKNOWN", style: style, key: event.keyID, name: event.name,
            client: event.clientIP, request: Self.request(event), message: Self.note(event))
        return line(cells) + below(event, cells)
    }

    /// - Parameters:
    ///   - request: What was asked for, and from where; `nil` = that was not shown.
    func text(_ outcome: UsageOutcome, of event: UsageEvent?) -> String {
        let style: Terminal.Style = outcome.httpStatus >= 500 ? .red : .faint
        return line(
            Cells(
                time: time(outcome.time), status: "\(outcome.httpStatus)", verdict: "ended", style: style,
                key: outcome.keyID, name: event?.name ?? "", client: event?.clientIP ?? "",
                request: event.map { Self.request($0) } ?? "(not shown)", message: ""))
    }

    /// What is neither.
    func text(_ gap: UsageGap) -> String {
        terminal.styled(
            "-- \(gap.count) missing from #\(gap.firstSequence) on (\(Printable.line(gap.reason)))", .yellow)
    }

    func note(_ text: String) -> String { terminal.styled("-- \(text)", .faint) }

    private static func request(_ event: UsageEvent) -> String {
        [event.httpMethod, event.path.isEmpty ? event.resource : event.path].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// Why it was denied, and whether with an old secret.
    private static func note(_ event: UsageEvent) -> String {
        let secret = event.superseded ? "old secret #\(event.generation)" : ""
        return event.message.isEmpty || secret.isEmpty ? event.message + secret : "\(event.message) (\(secret))"
    }

    private func time(_ time: Timestamp) -> String {
        let text = RFC3339.text(time)
        // 2026-07-10T09:12:33Z: the log does not go back for a year.
        return isWide ? text : String(text.dropFirst(5).prefix(14)).replacing("T", with: " ")
    }

    /// On a terminal, the note in lines below, with the request of a denial if that did not fit.
    private func below(_ event: UsageEvent, _ cells: Cells) -> String {
        guard let columns = terminal.columns, !cells.message.isEmpty else { return "" }
        let isCut = DisplayWidth.of(cells.request) > columns - widthBeforeRequest(cells)
        let text = isCut && event.verdict != .valid ? "\(cells.request): \(cells.message)" : cells.message
        let indent = String(repeating: " ", count: isWide ? Self.indent + 6 : Self.indent)
        let lines = DisplayWidth.wrapped(Printable.line(text), to: max(columns - indent.count, 20))
        return lines.map { "\n" + indent + $0 }.joined()
    }

    private func widthBeforeRequest(_ cells: Cells) -> Int {
        (isWide ? 20 + 2 + 24 : 14) + 2 + 4 + 2 + max(verdictWidth, cells.verdict.count) + 2 + 12 + 2 + clientWidth + 2
    }

    private struct Cells {
        var time: String
        var status: String
        var verdict: String
        var style: Terminal.Style?
        var key: String
        var name: String
        var client: String
        var request: String
        var message: String
    }

    private func line(_ cells: Cells) -> String {
        func shown(_ text: String) -> String { text.isEmpty ? "-" : text }
        var line = TableLine()
        line.add(cells.time, width: isWide ? 20 : 14)
        line.add(cells.status, width: 4)
        line.add(cells.verdict, width: verdictWidth, style: cells.style)
        line.add(shown(cells.key), width: 12)
        if isWide { line.add(shown(cells.name), width: 24, isCut: true) }
        line.add(shown(cells.client), width: clientWidth, isCut: true)
        let hasMessage = terminal.columns == nil && !cells.message.isEmpty
        line.add(shown(cells.request), width: hasMessage ? Self.requestWidth : nil)
        if hasMessage { line.add(cells.message) }
        return line.text(for: terminal)
    }
}
