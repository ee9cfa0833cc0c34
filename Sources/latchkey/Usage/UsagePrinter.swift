// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire

/// Prints usage records as they come.
struct UsagePrinter {
    private let row: UsageRow
    private let format: OutputFormat
    /// It has an end: JSON is the response message, with its records in an array.
    private let isList: Bool
    private var count = 0
    private var hasHead = false

    init(terminal: Terminal, format: OutputFormat, isList: Bool) {
        row = UsageRow(terminal: terminal)
        self.format = format
        self.isList = isList
    }

    /// The table's head, before there is a record: on a terminal it tells that the program listens.
    mutating func begin() throws(CommandFailure) {
        if format != .table || hasHead { return }
        try StandardOutput.writeLine(row.header)
        hasHead = true
    }

    mutating func print(_ record: UsageRecord) throws(CommandFailure) {
        switch format {
        case .table:
            try begin()
            try StandardOutput.writeLine(row.text(record))
        case .json where isList:
            try StandardOutput.write((count == 0 ? "{\"records\":[" : ",") + ProtoJSON.text(record))
        case .json, .ndjson:
            try StandardOutput.writeLine(ProtoJSON.text(record))
        }
        count += 1
    }

    func end() throws(CommandFailure) {
        switch format {
        case .json where isList: try StandardOutput.writeLine(count == 0 ? "{\"records\":[]}" : "]}")
        case .table where isList && count == 0: StandardError.write("No usage is on record.\n")
        case .table, .json, .ndjson: break
        }
    }
}
