// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import Testing

/// R7 when everybody asks at once.
@Suite struct FireTests {
    @Test("R7, B1: of 10,000 keys revoked or disabled under 8 validating connections none is VALID after its reply")
    func issued() async throws {
        try await withServer(eventLoops: 2) { server in
            try await server.openAccount("acme")
            try await expectDenied(try await server.makeKeys(10_000, account: "acme"), server)
        }
    }

    @Test("R7, B1: so it is with 1,000 imported keys and their original tokens")
    func imported() async throws {
        try await withServer(eventLoops: 2) { server in
            try await server.openAccount("acme")
            let tokens = (0..<1_000).map { "sk_live_\($0)" }
            try await expectDenied(try await server.importKeys(tokens, account: "acme"), server)
        }
    }

    private func expectDenied(_ keys: [RevocationFire.Target], _ server: TestServer) async throws {
        let fire = RevocationFire(server, keys)
        let tally = try await fire.run(connections: 8)
        #expect(tally.faults.prefix(10) == [])
        #expect(Set(fire.revisions.filter { $0 > 0 }).count == keys.count)
        #expect(tally.validBefore >= keys.count)
        #expect(tally.waited == keys.count)
        #expect(tally.after == keys.count)
        #expect(tally.between > 0)
    }
}
