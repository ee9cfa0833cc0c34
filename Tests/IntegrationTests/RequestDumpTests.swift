// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

/// B7 in the files that a store leaves.
@Suite struct RequestDumpTests {
    @Test("B7: data dump names requests, in journal and snapshot, without digests; a salvage keeps them")
    func dump() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        let server = try await ServeProcess(data: data)
        let client = server.client()
        let create = CreateKeyRequest(
            accountID: "acme", userID: "u", name: "n", unrestricted: true, requestID: Array("request-00000001".utf8))
        let caller = try await client.whoAmI().keyID
        let made = try await client.createKey(create)
        _ = try await client.snapshot()
        let all = RevokeAllKeysRequest(
            accountID: "acme", expectedCount: 1, requestID: Array("request-00000002".utf8))
        _ = try await client.revokeAllKeys(all)
        await client.close()
        await server.kill()

        let table = try await Program.run(["data", "dump", data]).output
        #expect(table.contains("request_id 726571756573742d3030303030303031"))
        let ended = "the one key of acme that had not been revoked before"
        #expect(table.contains("\(ended), request_id 726571756573742d3030303030303032"))
        let snapshot = try await Program.run(["data", "dump", data, "--snapshot", "newest"]).output
        #expect(snapshot.contains("acme by \(caller), request_id 726571756573742d3030303030303031"))
        let digest = /"digest":"[^"]/
        let json = try await Program.run(["data", "dump", data, "--snapshot", "newest", "-o", "ndjson"]).output
        #expect(json.contains(#""type":"REQUEST""#) && json.contains("\(made.key.id)"))
        #expect(json.firstMatch(of: digest) == nil)
        let shown = try await Program.run([
            "data", "dump", data, "--snapshot", "newest", "-o", "ndjson", "--digests",
        ]).output
        #expect(shown.firstMatch(of: digest) != nil)
        #expect(try await Program.run(["data", "verify", data]).status == 0)

        let out = directory.path("out")
        _ = try await Program.run(["data", "verify", data, "--salvage", out])
        let second = try await ServeProcess(data: out)
        let other = second.client(tokenFile: server.tokenFile)
        let refused = await #expect(throws: Refusal.self) { try await other.createKey(create) }
        #expect(refused?.reason == .secretGone)
        #expect(try await other.revokeAllKeys(all).revoked == 1)
        await other.close()
        await second.kill()
    }
}
