// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

/// What must hold however many ask at once.
@Suite struct ConcurrencyTests {
    @Test("R1: 50 connections create the sixth key of an account at once, and exactly five keys exist")
    func cap() async throws {
        try await withServer(eventLoops: 2) { server in
            let outcomes = await withTaskGroup(of: Result<CreateKeyResponse, Refusal>.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let client = server.client()
                        let result: Result<CreateKeyResponse, Refusal>
                        do throws(Refusal) {
                            result = .success(
                                try await client.createKey(
                                    CreateKeyRequest(
                                        accountID: "acme", userID: "u", name: "key \(number)", unrestricted: true)))
                        } catch {
                            result = .failure(error)
                        }
                        await client.close()
                        return result
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let created = outcomes.compactMap { try? $0.get() }
            #expect(created.count == 5)
            #expect(Set(created.map(\.key.id)).count == 5)
            for case .failure(let refusal) in outcomes {
                #expect(refusal.code == .resourceExhausted)
                #expect(refusal.reason == .activeKeyLimit)
            }
            let client = server.client()
            let account = try await client.getAccount(GetAccountRequest(accountID: "acme")).account
            #expect(account.activeKeys == 5)
            #expect(account.totalKeys == 5)
            for key in created { #expect(try await client.verdict(key.secret) == .valid) }
            await client.close()
        }
    }

    @Test("R7: while 8 connections validate, no Validate sent after a revoke's reply says VALID, 1,000 times")
    func revocation() async throws {
        let rounds = 1_000
        try await withServer(eventLoops: 2) { server in
            let manager = server.client()
            _ = try await manager.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
            let keys = try await withThrowingTaskGroup(of: CreateKeyResponse.self) { group in
                for _ in 0..<rounds { group.addTask { try await manager.makeKey() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let progress = Progress()
            let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await validate(keys, server.client(), progress) }
                }
                for round in 0..<rounds {
                    progress.begin(round)
                    let before = progress.answered
                    _ = try await manager.revokeKey(RevokeKeyRequest(keyID: keys[round].key.id.description))
                    progress.revoked(round)
                    // So that every round is asked about after its revocation too.
                    while progress.answered < before + 16 { await Task.yield() }
                }
                progress.finish()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(tallies.map(\.validAfterRevoke).reduce(0, +) == 0)
            #expect(tallies.map(\.revokedAfterRevoke).reduce(0, +) >= rounds)
            #expect(tallies.map(\.validBefore).reduce(0, +) > 0)
            await manager.close()
        }
    }

    private struct Tally: Sendable {
        var validBefore = 0
        var validAfterRevoke = 0
        var revokedAfterRevoke = 0
    }

    /// Asks for the key of the round as fast as it can.
    private func validate(
        _ keys: [CreateKeyResponse], _ client: KeyClient, _ progress: Progress
    ) async throws -> Tally {
        var tally = Tally()
        while let round = progress.round {
            // Known before the question is sent: the reply to this round's revoke was received.
            let wasRevoked = progress.isRevoked(round)
            let verdict = try await client.verdict(keys[round].secret)
            switch (wasRevoked, verdict) {
            case (true, .valid): tally.validAfterRevoke += 1
            case (true, _): tally.revokedAfterRevoke += 1
            case (false, .valid): tally.validBefore += 1
            case (false, _): break
            }
            progress.answer()
        }
        await client.close()
        return tally
    }
}
