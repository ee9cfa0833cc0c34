// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyWire

/// Prints records as they come, their sequence or revision first:
///
///     SEQUENCE  TIME                  TYPE     CONTENTS
///            5  2026-07-10T09:12:33Z  key      4mVb0QaX9dEF acme/Build active, ex…
struct DumpPrinter {
    private let terminal: Terminal
    private let format: OutputFormat
    private let digests: Bool
    private(set) var count = 0

    init(terminal: Terminal, format: OutputFormat, digests: Bool) {
        self.terminal = terminal
        self.format = format
        self.digests = digests
    }

    mutating func print(_ record: JournalRecord) throws(CommandFailure) {
        let body = Body(record.type, record.body, revision: record.sequence, digests: digests)
        switch format {
        case .table: try line(record.sequence, record.time, body, caller: record.caller)
        case .json, .ndjson:
            try object([
                ("sequence", .whole(record.sequence)), ("time", .time(record.time)), ("type", .text(body.type)),
                ("caller", .text(record.caller)), ("peer", .text(record.peer)), ("segment", .whole(record.segment)),
                ("offset", .number(record.offset)), ("durableSequence", .whole(record.durableSequence)),
                ("tag", .text("\(record.tag)")), ("body", body.json),
            ])
        }
    }

    mutating func print(_ entry: SnapshotEntry) throws(CommandFailure) {
        let body = Body(entry.type, entry.body, revision: entry.revision, digests: digests)
        switch format {
        case .table: try line(entry.revision, body.updateTime, body, caller: "")
        case .json, .ndjson:
            try object([("revision", .whole(entry.revision)), ("type", .text(body.type)), ("body", body.json)])
        }
    }

    func end() throws(CommandFailure) {
        switch format {
        case .json: try StandardOutput.writeLine(count == 0 ? "{\"records\":[]}" : "]}")
        case .table where count == 0: StandardError.write("No record.\n")
        case .table, .ndjson: break
        }
    }

    private mutating func object(_ members: [(String, JSONText?)]) throws(CommandFailure) {
        let text = JSONText.object(members).line
        if format == .json {
            try StandardOutput.write((count == 0 ? "{\"records\":[" : ",") + text)
        } else {
            try StandardOutput.writeLine(text)
        }
        count += 1
    }

    private mutating func line(
        _ sequence: UInt64, _ time: Timestamp?, _ body: Body, caller: String
    ) throws(CommandFailure) {
        if count == 0 {
            try StandardOutput.writeLine(
                terminal.styled(columns("SEQUENCE", "TIME", "TYPE", "CALLER", "CONTENTS"), .bold))
        }
        try StandardOutput.writeLine(
            columns(
                Grouped.aligned(sequence), time.map { RFC3339.text($0) } ?? "", body.type.lowercased(),
                caller.isEmpty ? "-" : caller, body.words))
        count += 1
    }

    /// With room to spare, the caller is shown too.
    private func columns(
        _ sequence: String, _ time: String, _ type: String, _ caller: String, _ contents: String
    ) -> String {
        var line = TableLine()
        line.add(sequence, width: 8)
        line.add(time, width: 20)
        line.add(type, width: 10)
        if (terminal.columns ?? 120) >= 110 { line.add(caller, width: 10) }
        line.add(contents)
        return line.text(for: terminal)
    }
}
