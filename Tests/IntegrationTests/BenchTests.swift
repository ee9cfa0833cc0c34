// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

/// The load generator, against a server.
@Suite struct BenchTests {
    private func json(_ arguments: [String]) async throws -> [String: Any] {
        let run = try await Program.run(["bench", "-o", "json"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test("Measuring for 0 seconds only makes keys, and their tokens can be used later")
    func onlyKeys() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = ["--address", "127.0.0.1:\(server.port)"]
        let tokens = directory.path("tokens")
        let made = try await json(address + ["--keys", "300", "--write-tokens", tokens, "--seconds", "0"])
        #expect(made["keys"] as? Int == 300)
        #expect(made["keysPerSecond"] is Double)
        #expect(try String(contentsOfFile: tokens, encoding: .utf8).split(separator: "\n").count == 300)
        let used = try await json(address + ["--tokens", tokens, "--seconds", "0.2", "--warmup", "0"])
        #expect(await server.stop() == 0)
        #expect(used["keys"] as? Int == 300)
    }
}
