// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct CallerWalkTests {
    private static let seed = ProcessInfo.processInfo.environment["LATCHKEY_SEED"].flatMap { UInt64($0) }

    @Test("R13: 10,000 steps of callers, keys and calls: let in, refused and shown as a naive model of rights says")
    func walk() async throws {
        let seed = Self.seed ?? .random(in: 0 ... .max)
        print("callers' walk: seed \(seed)")
        var tally: [String: Int] = [:]
        var failures: [String] = []
        try await withThrowingTaskGroup(of: (UInt64, [String], [String: Int]).self) { group in
            // Four towns, each with its own people.
            for town in UInt64(0)..<4 {
                group.addTask {
                    let walk = try await CallerWalk(seed: seed &+ town)
                    await walk.run(steps: 2_500)
                    return (seed &+ town, walk.failures, walk.tally)
                }
            }
            for try await (seed, failed, told) in group {
                failures += failed.map { "seed \(seed), \($0)" }
                tally.merge(told) { $0 + $1 }
            }
        }
        for failure in failures.prefix(3) { Issue.record("\(failure)") }
        #expect(failures.count == 0)
        // Nothing that it is about is missing from it.
        for told in [
            "done", "authorized", "not authorized", "CALLER_REQUIRED", "RIGHT_MISSING", "RIGHTS_EXCEEDED",
            "KEY_NOT_FOUND", "ACCOUNT_NOT_FOUND", "KEY_REVOKED", "KEY_EXPIRED",
            "LAST_ADMINISTRATOR", "VALID", "NOT_FOUND", "DISABLED", "MALFORMED",
        ] {
            #expect(tally[told, default: 0] > 0, "\(told), from seed \(seed)")
        }
        print("callers' walk: \(tally.filter { !$0.key.hasPrefix("done ") }.sorted { $0.key < $1.key })")
    }
}
