// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire

/// Prints usage records: as they come, or, of a list, in lines that are joined with their outcomes.
struct UsagePrinter {
    private let row: UsageRow
    private let format: OutputFormat
    /// It has an end: JSON is the response message, with its records in an array.
    private let isList: Bool
    private var count = 0
    private var hasHead = false
    private var list: JoinedUsage
    private var shown = ShownUsage()

    init(terminal: Terminal, format: OutputFormat, isList: Bool, newestFirst: Bool = false) {
        row = UsageRow(terminal: terminal)
        self.format = format
        self.isList = isList
        list = JoinedUsage(newestFirst: newestFirst)
    }

    /// The table's head, before there is a record: on a terminal it tells that the program listens.
    mutating func begin() throws(CommandFailure) {
        if format != .table || hasHead { return }
        try StandardOutput.writeLine(row.header)
        hasHead = true
    }

    mutating func print(_ record: UsageRecord) throws(CommandFailure) {
        switch format {
        case .table where isList: for line in list.add(record) { try print(line) }
        case .table: try print(shown.add(record))
        case .json where isList:
            try StandardOutput.write((count == 0 ? "{\"records\":[" : ",") + ProtoJSON.text(record))
        case .json, .ndjson:
            try StandardOutput.writeLine(ProtoJSON.text(record))
        }
        count += 1
    }

    mutating func end() throws(CommandFailure) {
        switch format {
        case .json where isList: try StandardOutput.writeLine(count == 0 ? "{\"records\":[]}" : "]}")
        case .table where isList && count == 0: StandardError.write("No usage is on record.\n")
        case .table where isList:
            for line in list.end() { try print(line) }
            if list.unlisted > 0 {
                try begin()
                let requests = list.unlisted == 1 ? "a request that is" : "\(list.unlisted) requests that are"
                try StandardOutput.writeLine(row.note("and outcomes of \(requests) not listed here"))
            }
        case .table, .json, .ndjson: break
        }
    }

    private mutating func print(_ line: UsageLine) throws(CommandFailure) {
        try begin()
        let text =
            switch line {
            case .event(let event, let status): row.text(event, status: status)
            case .outcome(let outcome, let event): row.text(outcome, of: event)
            case .gap(let gap): row.text(gap)
            case .live(let sequence): row.note("live from here, behind #\(sequence)")
            case .heartbeat(let sequence): row.note("nothing new, at #\(sequence)")
            }
        try StandardOutput.writeLine(text)
    }
}
