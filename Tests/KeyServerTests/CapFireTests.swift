// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

/// R1 when everybody wants a place at once.
@Suite struct CapFireTests {
    @Test("R1: 16 connections create, enable and extend keys of an account with cap 50: never 51 active, at the end 50")
    func cap() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock, eventLoops: 2) { server in
            let fire = CapFire(server, clock, account: "acme", cap: 50, connections: 16)
            let outcome = try await fire.run(rounds: 5)
            #expect(outcome.faults == [])
            #expect(outcome.mostActive == 50)
            #expect(outcome.activeAtRoundEnds == [Int](repeating: 50, count: 5))
            #expect(outcome.listedAtOnce <= 50)
            // Every round more was asked for than there were places.
            #expect(outcome.refusals > 5 * 50)
            #expect(outcome.granted.keys.count == CapFire.Wish.allCases.count)
            let client = server.client()
            let account = try await client.getAccount(GetAccountRequest(accountID: "acme")).account
            #expect(account.activeKeys == 50)
            var valid = 0
            for token in outcome.tokens where try await client.verdict(token) == .valid { valid += 1 }
            #expect(valid == 50)
            await client.close()
        }
    }
}
