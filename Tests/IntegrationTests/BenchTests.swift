// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// The load generator, against a server.
@Suite struct BenchTests {
    private func json(_ arguments: [String]) async throws -> [String: Any] {
        let run = try await Program.run(["bench", "-o", "json"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test("An open loop measures from when calls were due, and tells how late they were sent")
    func openLoop() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let result = try await json(
            server.arguments + [
                "--rate", "2000", "--seconds", "1", "--warmup", "0", "--connections", "7", "--threads", "2",
                "--keys", "20",
            ])
        #expect(await server.stop() == 0)
        #expect(result["rate"] as? Int == 2_000)
        #expect(result["depth"] as? Int == Limits.benchCallsPerConnection)
        // However slow the machine is: the schedule is fixed, and what is late still counts.
        #expect(result["validates"] as? String == "2000")
        #expect(result["verdicts"] as? [String: String] == ["VALID": "2000"])
        #expect(result["errors"] as? [String: String] == [:])
        #expect(result["unanswered"] as? String == "0")
        #expect(result["waits"] is String)
        #expect(result["perSecond"] is Double)
        let latency = try #require(result["latencyMicroseconds"] as? [String: Double])
        #expect(Set(latency.keys) == ["p50", "p90", "p99", "p999", "max"])
        let lateness = try #require(result["sendLatenessMicroseconds"] as? [String: Double])
        #expect(Set(lateness.keys) == ["p50", "p99", "max"])
    }

    @Test("Measuring for 0 seconds only makes keys, and their tokens can be used later")
    func onlyKeys() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = server.arguments
        let tokens = directory.path("tokens")
        let made = try await json(address + ["--keys", "300", "--write-tokens", tokens, "--seconds", "0"])
        #expect(made["keys"] as? Int == 300)
        #expect(made["keysPerSecond"] is Double)
        #expect(try String(contentsOfFile: tokens, encoding: .utf8).split(separator: "\n").count == 300)
        let used = try await json(
            address + ["--tokens", tokens, "--rate", "500", "--seconds", "0.2", "--warmup", "0"])
        #expect(await server.stop() == 0)
        #expect(used["verdicts"] as? [String: String] == ["VALID": "100"])
    }

    @Test("Calls of an open loop are due evenly, in turn over the connections, without an error that adds up")
    func schedule() {
        let schedule = OpenLoopSchedule(callsPerSecond: 3, connections: 2)
        let times = (0..<6).map { schedule.nanoseconds(call: $0 / 2, connection: $0 % 2) }
        #expect(times == [0, 333_333_333, 666_666_666, 1_000_000_000, 1_333_333_333, 1_666_666_666])
        // Ten years on, at the highest rate.
        let fast = OpenLoopSchedule(callsPerSecond: 10_000_000, connections: 1)
        #expect(fast.nanoseconds(call: 315_360_000 * 10_000_000 + 1, connection: 0) == 315_360_000_000_000_100)
    }
}
