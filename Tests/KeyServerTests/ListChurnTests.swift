// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// R14 while keys come and go.
@Suite struct ListChurnTests {
    @Test("R14: of 100,000 keys listed while others create and revoke each that lasts comes once, in order, both ways")
    func churn() async throws {
        let server = try await TestServer(path: "/data", storage: SimulatedStorage(), eventLoops: 2)
        try await server.openAccount("acme")
        let ids = try await fill(server, account: "acme", count: 100_000)
        let (reader, changer) = (server.client(), server.client())
        var walk = ListWalk(account: "acme", ids: ids, reader: reader, changer: changer, seed: 14)
        let (older, newer) = try await walk.walk()
        for way in [older, newer] {
            #expect(way.missed == 0)
            #expect(way.repeated == 0)
            #expect(way.disordered == 0)
            #expect(way.expected.count >= 90_000)
            #expect(way.pages > 900)
            #expect(way.cutCursors > 100)
        }
        await reader.close()
        await changer.close()
        await server.stop()
    }

    /// Makes keys past the door, a batch at a time; their ids, oldest first. What their tokens are does not matter.
    private func fill(_ server: TestServer, account: String, count: Int) async throws -> [String] {
        let context = CallContext(caller: "test", peer: "", deadline: nil, authority: .administrator)
        var row = ImportedKey(tokenSHA256: [], accountID: account, userID: "u-1", name: "old", unrestricted: true)
        var ids: [String] = []
        ids.reserveCapacity(count)
        while ids.count < count {
            let rows = (ids.count..<min(ids.count + Limits.importedKeys, count)).map { number in
                row.tokenSHA256 = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
                return row
            }
            let results = try await server.opened.store.importKeys(ImportKeysRequest(keys: rows), context).results
            ids += results.map(\.keyID)
        }
        return ids
    }
}
