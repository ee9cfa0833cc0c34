// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import Testing

/// What the document lists is what the code has: whoever adds a reason, a limit or a field writes it down there.
@Suite("The protocol's document") struct ProtocolDocumentTests {
    private let document: ProtocolDocument
    private let rows: [[String]]

    init() throws {
        document = try ProtocolDocument.read.get()
        rows = document.rows
    }

    /// The names of the constants of `Reason` in a file, by their constant.
    private func reasons(in path: String) throws -> [String: String] {
        let found = try ProtocolDocument.file(path)
            .matches(of: /static let (\w+) = Reason\(rawValue: "([A-Z_]+)"\)/)
        return Dictionary(uniqueKeysWithValues: found.map { (String($0.1), String($0.2)) })
    }

    private func allReasons() throws -> [String: String] {
        try reasons(in: "Sources/KeyModel/Refusal.swift")
            .merging(reasons(in: "Sources/KeyClient/State/Refusal+Client.swift")) { $1 }
    }

    /// The rows that begin with a reason, by its name.
    private func reasonRows() -> [String: [String]] {
        let found = rows.filter { $0[0].wholeMatch(of: /`[A-Z_]+`/) != nil }
        return Dictionary(found.map { (String($0[0].dropFirst().dropLast()), $0) }) { $1 }
    }

    @Test("every reason that a refusal can have is explained in a table, and no other")
    func reasons() throws {
        let names = try allReasons().values
        #expect(names.count >= 28)
        let explained = reasonRows()
        #expect(Set(names).subtracting(explained.keys).sorted() == [], "not in docs/PROTOCOL.md")
        #expect(Set(explained.keys).subtracting(names).sorted() == [], "not in the code")
        for (name, row) in explained {
            #expect(row.count >= 3 && !row.contains { $0.isEmpty }, "\(name)")
        }
    }

    @Test("a reason's row names every code that it is sent with")
    func codes() throws {
        let names = try allReasons()
        let codes = Dictionary(uniqueKeysWithValues: StatusCode.allCases.map { ("\($0)", $0.name) })
        let explained = reasonRows()
        var pairs = 0
        let folder = ProtocolDocument.url("Sources")
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try ProtocolDocument.file("Sources/" + path)
            guard text.contains("Refusal(") else { continue }
            for match in text.matches(of: /Refusal\(\s*\.(\w+),\s*\.(\w+),/) {
                guard let code = codes[String(match.1)], let reason = names[String(match.2)] else { continue }
                pairs += 1
                let named = explained[reason]?.contains { $0.contains(code) } ?? false
                #expect(named, "\(path) sends \(reason) with \(code)")
            }
        }
        #expect(pairs > 25)
    }

    @Test("every code stands in its table with its number")
    func statusCodes() {
        for code in StatusCode.allCases {
            let row = rows.first { $0[0] == "\(code.rawValue)" && $0[1] == code.name }
            #expect(row?.count == 4, "\(code.name)")
        }
    }

    @Test("every verdict stands in its table with its number and HTTP status")
    func verdicts() {
        for verdict in Verdict.allCases {
            let row = rows.first { $0[0] == "\(verdict.rawValue)" && $0[1] == verdict.name }
            #expect(row?[2] == "\(verdict.httpStatus)", "\(verdict.name)")
        }
    }

    @Test("the calls and fields that this version serves are those of the table")
    func served() throws {
        let proto = try ProtoText()
        for call in proto.calls {
            let row = rows.first { $0[0] == "`\(call.name)`" && $0.count == 4 }
            guard let honoured = HonouredFieldTests.honoured[call.name] else {
                #expect(row == nil, "\(call.name)")
                continue
            }
            let fields = proto.messages[call.type, default: []].map(\.name)
            // A mask is said to come behind the id, where the .proto has it.
            let named = fields.filter { honoured.contains($0) }.map { "`\($0)`" }.joined(separator: ", ")
            #expect(row?[1] == (named.isEmpty ? "none" : named), "\(call.name)")
        }
    }
}
