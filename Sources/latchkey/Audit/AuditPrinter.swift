// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// Prints audit entries as they come:
///
///     SEQUENCE  TIME                  CALLER        KEY           WHAT
///            5  2026-07-10T09:12:33Z  uid:1000      4mVb0QaX9dEF  created, expir…
struct AuditPrinter {
    private let terminal: Terminal
    private let format: OutputFormat
    private(set) var count = 0

    init(terminal: Terminal, format: OutputFormat) {
        self.terminal = terminal
        self.format = format
    }

    mutating func print(_ entry: AuditEntry) throws(CommandFailure) {
        switch format {
        case .table:
            if count == 0 {
                try StandardOutput.writeLine(
                    terminal.styled(columns("SEQUENCE", "TIME", "CALLER", "PEER", "KEY", "WHAT", style: nil), .bold))
            }
            try StandardOutput.writeLine(text(entry))
        case .json: try StandardOutput.write((count == 0 ? "{\"entries\":[" : ",") + Self.json(entry).line)
        case .ndjson: try StandardOutput.writeLine(Self.json(entry).line)
        }
        count += 1
    }

    func end() throws(CommandFailure) {
        switch format {
        case .json: try StandardOutput.writeLine(count == 0 ? "{\"entries\":[]}" : "]}")
        case .table where count == 0: StandardError.write("No such change is on record.\n")
        case .table, .ndjson: break
        }
    }

    private func text(_ entry: AuditEntry) -> String {
        var whose = entry.keyID == nil ? entry.accountID : "\(entry.accountID)/\(entry.keyName)"
        if !entry.callerName.isEmpty { whose += ", by \(entry.callerName)" }
        return columns(
            Grouped.aligned(entry.sequence), RFC3339.text(entry.time), entry.caller.isEmpty ? "-" : entry.caller,
            entry.peer.isEmpty ? "-" : entry.peer, entry.keyID?.description ?? "-", "\(entry.words) (\(whose))",
            style: entry.changes.contains(where: \.endsKeys) ? .red : nil)
    }

    /// With room to spare, it is shown from where, too.
    private func columns(
        _ sequence: String, _ time: String, _ caller: String, _ peer: String, _ key: String, _ what: String,
        style: Terminal.Style?
    ) -> String {
        var line = TableLine()
        line.add(sequence, width: 8)
        line.add(time, width: 20)
        line.add(caller, width: 12)
        if (terminal.columns ?? 120) >= 110 { line.add(peer, width: 17) }
        line.add(key, width: 12)
        line.add(what, style: style)
        return line.text(for: terminal)
    }

    private static func json(_ entry: AuditEntry) -> JSONText {
        .object([
            ("sequence", .whole(entry.sequence)), ("time", .time(entry.time)), ("caller", .text(entry.caller)),
            ("callerName", entry.callerName.isEmpty ? nil : .text(entry.callerName)), ("peer", .text(entry.peer)),
            ("accountId", .text(entry.accountID)),
            ("keyId", entry.keyID.map { .text("\($0)") }), ("keyName", entry.keyID.map { _ in .text(entry.keyName) }),
            ("changes", .list(entry.changes.map { .text($0.name) })), ("text", .text(entry.words)),
        ])
    }
}
