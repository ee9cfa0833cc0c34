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
}
