// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyTesting
import Testing

/// Every case of Tests/Conformance, through each door that this language has.
@Suite("Conformance")
struct ConformanceTests {
    private static let casesAtOnce = 8

    @Test(
        "R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R14 R15 R16 B1 B2 B4 B5 B6 B7 B8 the contract's cases hold, frame door")
    func frames() async throws {
        try await withServer { server in
            let passed = try await pass(server, token: server.token) { _ in true }
            print(try ConformanceSuite.shared.get().table(passed: passed, door: "Swift, frame door"))
        }
    }

    @Test("R13 the contract's cases hold for a caller who is no administrator, frame door")
    func narrowed() async throws {
        try await withServer { server in
            let administrator = server.client()
            let rights = ["keys:*", "validation:*", "usage:*", "accounts:*"]
            let caller = try await administrator.createKey(.caller(rights))
            await administrator.close()
            let passed = try await pass(server, token: caller.secret) { !$0.isAboutCallers }
            print("as a caller with \(rights.joined(separator: " ")): \(passed.values.reduce(0, +)) cases passed")
        }
    }

    /// Runs them as this caller, reports those that fail, and counts the others by row.
    private func pass(
        _ server: TestServer, token: String, _ isWanted: (ConformanceSuite.Case) -> Bool
    ) async throws -> [String: Int] {
        let client = server.client(token)
        let door = FrameDoor(client: client, port: server.port, token: token)
        var passed: [String: Int] = [:]
        for (test, failure) in await run(try ConformanceSuite.shared.get(), door, isWanted) {
            if let failure { Issue.record("\(failure)") } else { passed[test.row, default: 0] += 1 }
        }
        await client.close()
        return passed
    }

    /// Runs what can be run: the cases, and what went wrong with each. LATCHKEY_CASES = only those whose row or name
    /// holds this.
    private func run(
        _ suite: ConformanceSuite, _ door: any Door, _ isWanted: (ConformanceSuite.Case) -> Bool
    ) async -> [(ConformanceSuite.Case, String?)] {
        let only = ProcessInfo.processInfo.environment["LATCHKEY_CASES"] ?? ""
        var cases = suite.cases.filter { test in
            !test.needsGuard && isWanted(test)
                && (only.isEmpty ? suite.later[test.row] == nil : "\(test.row) \(test.name)".contains(only))
        }[...]
        return await withTaskGroup { group in
            var results: [(ConformanceSuite.Case, String?)] = []
            for _ in 0..<Self.casesAtOnce {
                if let test = cases.popFirst() { group.addTask { await outcome(of: test, suite, door) } }
            }
            while let result = await group.next() {
                results.append(result)
                if let test = cases.popFirst() { group.addTask { await outcome(of: test, suite, door) } }
            }
            return results
        }
    }

    private func outcome(
        of test: ConformanceSuite.Case, _ suite: ConformanceSuite, _ door: any Door
    ) async -> (ConformanceSuite.Case, String?) {
        var runner = CaseRunner(suite, through: door)
        do {
            try await runner.run(test)
            return (test, nil)
        } catch {
            return (test, "\(error)")
        }
    }
}
