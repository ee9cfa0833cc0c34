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
        let suite = try ConformanceSuite.shared.get()
        try await withServer { server in
            let client = server.client()
            let failures = await run(suite, FrameDoor(client: client, port: server.port, token: server.token))
            await client.close()
            var passed: [String: Int] = [:]
            for (test, failure) in failures {
                if let failure { Issue.record("\(failure)") } else { passed[test.row, default: 0] += 1 }
            }
            print(suite.table(passed: passed, door: "Swift, frame door"))
        }
    }

    /// Runs what can be run: the cases, and what went wrong with each. LATCHKEY_CASES = only those whose row or name
    /// holds this.
    private func run(_ suite: ConformanceSuite, _ door: any Door) async -> [(ConformanceSuite.Case, String?)] {
        let only = ProcessInfo.processInfo.environment["LATCHKEY_CASES"] ?? ""
        var cases = suite.cases.filter { test in
            !test.needsGuard
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
