// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import Testing

/// The table of calls and rights is what the code says. With `LATCHKEY_WRITE_DOCUMENTS` set, it is written.
@Suite("The document of the callers") struct CallersDocumentTests {
    private static let path = "docs/CALLERS.md"
    private static let head = ["| Call | Right | In one account | For callers |", "|---|---|---|---|"]
    /// What is never done to all callers at once, or to their account.
    private static let refusedForCallers: Set<String> = ["revoke_all_keys", "update_account", "import_keys"]

    private static let calls = SampleCalls.all.reduce(into: [Call]()) { calls, call in
        if !calls.contains(where: { $0.name == call.name }) { calls.append(call) }
    }

    private static var table: [String] {
        head
            + calls.map { call in
                guard let right = call.right else { return "| `\(call.name)` | none | | |" }
                let narrowed =
                    switch call.target {
                    case .service: "no"
                    case .accounts, .key, .everyAccount: "yes"
                    }
                let other = right.inCallersAccount()
                let isSame = other == right || call.target == .everyAccount
                let forCallers = refusedForCallers.contains(call.name) ? "refused" : isSame ? "" : text(other)
                return "| `\(call.name)` | \(text(right)) | \(narrowed) | \(forCallers) |"
                    .replacingOccurrences(of: "|  |", with: "| |")
            }
    }

    private static func text(_ right: CallRight) -> String { "`\(right.resource.rawValue):\(right.action)`" }

    @Test("R13: every call is in its table, with the right that it takes")
    func table() throws {
        let text = try ProtocolDocument.file(Self.path)
        var lines = text.components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: Self.head[0]))
        let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
        if ProcessInfo.processInfo.environment["LATCHKEY_WRITE_DOCUMENTS"] != nil {
            lines.replaceSubrange(start..<end, with: Self.table)
            try lines.joined(separator: "\n").write(
                to: ProtocolDocument.url(Self.path), atomically: true, encoding: .utf8)
            return
        }
        #expect(Array(lines[start..<end]) == Self.table, "write it anew: LATCHKEY_WRITE_DOCUMENTS=1")
    }

    @Test("R13: every call that the protocol has takes a right, or is known to take none")
    func complete() throws {
        let served = try ProtoText().calls.map(\.name).filter { HonouredFieldTests.honoured[$0] != nil }
        #expect(Set(Self.calls.map(\.name)) == Set(served).subtracting(["cancel"]))
        #expect(Self.calls.filter { $0.right == nil }.map(\.name).sorted() == ["health", "who_am_i"])
    }

    @Test("R13: every resource is explained")
    func resources() throws {
        let text = try ProtocolDocument.file(Self.path)
        for resource in CallerResource.allCases {
            #expect(text.contains("\n| `\(resource.rawValue)` | "), "\(resource)")
        }
    }
}
