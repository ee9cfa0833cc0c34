// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel
internal import KeyWire

/// How an export writes records: one a line.
enum UsageExportFormat: String, ExpressibleByArgument, CaseIterable {
    /// The record as proto3 JSON.
    case ndjson
    case csv

    /// By the file's ending; `nil` = it says nothing.
    init?(path: String) {
        let name = path.lowercased()
        if name.hasSuffix(".csv") {
            self = .csv
        } else if [".ndjson", ".jsonl", ".json"].contains(where: name.hasSuffix) {
            self = .ndjson
        } else {
            return nil
        }
    }

    /// What the file begins with.
    var head: String {
        switch self {
        case .ndjson: ""
        case .csv: UsageCSV.head
        }
    }

    func line(_ record: UsageRecord) -> String {
        switch self {
        case .ndjson: ProtoJSON.text(record) + "\n"
        case .csv: UsageCSV.line(record)
        }
    }

    /// The sequence of the record that `line`, without its end, holds; `nil` = it holds none.
    func sequence(_ line: [UInt8]) -> UInt64? {
        switch self {
        case .ndjson:
            guard let value = try? JSONReader.value(line), case .object(let members) = value,
                case .text(let digits) = members.first(where: { $0.name == "sequence" })?.value
            else { return nil }
            return UInt64(digits)
        case .csv:
            guard let comma = line.firstIndex(of: UInt8(ascii: ",")) else { return nil }
            return UInt64(String(decoding: line[..<comma], as: UTF8.self))
        }
    }

    /// How every file of this format begins.
    var beginning: String {
        switch self {
        case .ndjson: "{\"sequence\":\""
        case .csv: UsageCSV.head
        }
    }
}
