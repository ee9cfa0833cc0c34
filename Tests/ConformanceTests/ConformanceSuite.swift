// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What was expected and what came instead, in words.
struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The cases of Tests/Conformance, whose README.md says what everything in them means.
struct ConformanceSuite: Sendable {
    struct Case: Sendable {
        let row: String
        let name: String
        /// Variables, to begin with.
        let values: [String: JSON]
        let steps: [JSON]
        /// Whether it takes rights to callers.
        let isAboutCallers: Bool

        /// Whether it needs a guard of HTTP requests, which this language has none of.
        var needsGuard: Bool { steps.contains { $0["http"] != nil } }
    }

    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Conformance")

    /// Rows in the order of the requirements, with what they are about.
    let rows: [(name: String, about: String)]
    /// Rows whose cases are not run yet, and why.
    let later: [String: JSON]
    /// What the requests of a call hold if a step does not say.
    let defaults: [String: JSON]
    let cases: [Case]

    /// As the files are: read once.
    static let shared = Result { try ConformanceSuite() }

    private init() throws {
        let settings = try Self.read("suite")
        later = settings["later"]?.object ?? [:]
        defaults = settings["defaults"]?.object ?? [:]
        rows = (settings["rows"]?.object ?? [:]).compactMap { row in row.value.text.map { (row.key, $0) } }
            .sorted { Self.place($0.name) < Self.place($1.name) }
        cases = try rows.flatMap { row in
            try (Self.read(Self.file(row.name))["cases"]?.array ?? []).map { entry in
                Case(
                    row: entry["row"]?.text ?? "", name: entry["name"]?.text ?? "", values: entry["let"]?.object ?? [:],
                    steps: entry["steps"]?.array ?? [], isAboutCallers: entry["callers"] != nil)
            }
        }
    }

    /// R before B, each by its number.
    private static func place(_ row: String) -> String { (row.hasPrefix("R") ? "0" : "1") + file(row) }

    /// R1 is in R01.json.
    static func file(_ row: String) -> String {
        row.count == 2 ? "\(row.prefix(1))0\(row.dropFirst())" : row
    }

    private static func read(_ name: String) throws -> JSON {
        try JSONParser.parse(Array(Data(contentsOf: folder.appendingPathComponent(name + ".json"))))
    }

    /// Row, how many cases it has, and how many of them passed. Those that need a guard are the Python client's.
    func table(passed: [String: Int], door: String) -> String {
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let lines = rows.map { row in
            let of = cases.filter { $0.row == row.name }
            let result =
                later[row.name] != nil ? "later" : of.allSatisfy(\.needsGuard) ? "-" : "\(passed[row.name, default: 0])"
            let name = row.name + String(repeating: " ", count: max(0, 4 - row.name.count))
            return "\(name) \(right("\(of.count)", 5))  \(right(result, 6))  \(row.about)"
        }
        return (["row  cases  passed  \(door)"] + lines).joined(separator: "\n")
    }
}
