// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyServer
import KeyStore
import KeyTesting
import Testing

@Suite struct CallerTableTests {
    /// How the callers come in.
    enum Way: CaseIterable {
        case tcp, unix
    }

    @Test("R13: every call, by every caller, comes to what the table says", arguments: Way.allCases)
    func table(_ way: Way) async throws {
        let clock = ManualClock()
        let directory = try TemporaryDirectory()
        // On the Unix socket nobody is an administrator by who he is.
        try await withServer(clock: clock, callers: CallerPolicy(administrators: [])) { server in
            let socket = directory.path("latchkey.sock")
            _ = try await server.server.listen(.unix(path: socket))
            let cast = try await CallerCast(server, clock) { token in
                switch way {
                case .tcp: Speaker(try await RawConnection(port: server.port, token: token))
                case .unix: Speaker(try await RawConnection(path: socket, token: token))
                }
            }
            var revision = server.opened.store.revision
            for (serial, cell) in CallerTable.cells.enumerated() {
                let isDone = cell.told == .done
                let call = try #require(try await cast.call(cell.call, succeeds: isDone, serial), "\(cell.call)")
                #expect(call.name == cell.call)
                if isDone { revision = server.opened.store.revision }
                let speaker = try #require(cast.speakers[cell.caller], "\(cell.caller)")
                let told = Self.told(try await speaker.ask(call), cast)
                #expect(told == cell.told, "\(cell.call) by \(cell.caller), over \(way)")
                if !isDone { #expect(server.opened.store.revision == revision, "\(cell.call) by \(cell.caller)") }
                revision = server.opened.store.revision
            }
            for speaker in cast.speakers.values { await speaker.raw.close() }
        }
    }

    @Test("R13: the table is in the document, as it is here")
    func documented() throws {
        let url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("../../../docs/CALLERS.md").standardized
        var lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("| call |") })
        let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
        if ProcessInfo.processInfo.environment["LATCHKEY_WRITE_DOCUMENTS"] == nil {
            #expect(Array(lines[start..<end]) == CallerTable.document, "write it anew: LATCHKEY_WRITE_DOCUMENTS=1")
        } else {
            lines.replaceSubrange(start..<end, with: CallerTable.document)
            try lines.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8)
        }
    }

    @Test("R13: the table has every call, and a cell for each of its callers")
    func complete() {
        #expect(CallerTable.cells.count == CallerTable.calls.count * CallerTable.callers.count)
        #expect(CallerTable.cells.count == 19 * 12)
        #expect(Set(CallerTable.calls).count == CallerTable.calls.count)
    }

    /// What an answer comes to, seen from account acme.
    private static func told(_ result: Result<Reply, Refusal>, _ cast: CallerCast) -> CallerTable.Told? {
        switch result {
        case .failure(let refusal):
            switch (refusal.code, refusal.reason) {
            case (.unauthenticated, .callerRequired): .caller
            case (.permissionDenied, .rightMissing): .right
            case (.notFound, .keyNotFound), (.notFound, .accountNotFound): .hidden
            default: nil
            }
        case .success(.validate(let answer)): seen(answer)
        case .success(.validateBatch(let batch)):
            // The second is the tenant's own, and nobody else's concern.
            batch.responses.count == 2 && batch.responses[1].isValid ? batch.responses.first.flatMap(seen) : nil
        case .success(.streamUsage(let records)):
            records.contains { record in
                if case .event(let event) = record.kind { return event.accountID != "other" }
                return false
            } ? .done : .empty
        case .success(.listAccounts(let page)):
            page.accounts.contains { $0.settings.id == "acme" }
                ? .done : page.accounts.map(\.settings.id) == ["other"] ? .empty : nil
        case .success: .done
        }
    }

    private static func seen(_ answer: ValidateResponse) -> CallerTable.Told? {
        if answer.verdict == .valid, answer.accountID == "acme" { return .done }
        return answer.verdict == .notFound && answer.keyID.isEmpty && answer.accountID.isEmpty ? .empty : nil
    }
}
