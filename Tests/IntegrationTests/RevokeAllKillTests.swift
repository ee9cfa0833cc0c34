// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// The program is killed while it revokes all keys of an account.
@Suite struct RevokeAllKillTests {
    private static let starts = 12
    private static let keys = 1_000
    /// The kill comes so many answers to other calls after the revocation was sent, at most; that is about twice as long
    /// as it takes to be answered.
    private static let answers = 40
    private static let otherAccount = "other"

    @Test("R8: killed with SIGKILL at any moment around RevokeAllKeys of 1,000 keys, all are revoked or none is")
    func allOrNothing() async throws {
        let directory = try TemporaryDirectory()
        var generator = SplitMix64(seed: 8)
        var account = ""
        var keys: [CreateKeyResponse] = []
        var isAcknowledged = false
        var (all, none, acknowledged) = (0, 0, 0)
        for start in 0...Self.starts {
            let server = try await ServeProcess(data: directory.path("data"))
            let client = server.client()
            if start > 0 {
                let revoked = try await revoked(keys, account, client)
                #expect(revoked == Self.keys || (revoked == 0 && !isAcknowledged), "\(revoked), \(isAcknowledged)")
                if isAcknowledged { acknowledged += 1 }
                if revoked == 0 { none += 1 } else { all += 1 }
                if revoked > 0 { keys = [] }
            }
            if start == Self.starts {
                await client.close()
                #expect(await server.stop() == 0)
                break
            }
            if keys.isEmpty {
                account = "acme-\(start)"
                keys = try await make(account, client)
                _ = try await client.updateAccount(
                    UpdateAccountRequest(accountID: Self.otherAccount, maxActiveKeys: 0))
            }
            await client.close()
            // Every third time the reply itself is waited for.
            let moment = start % 3 == 0 ? nil : Int.random(in: 1...Self.answers, using: &generator)
            isAcknowledged = await revokeAll(of: account, server, killedAfter: moment)
        }
        #expect(acknowledged >= Self.starts / 3)
        print("kill -9 around RevokeAllKeys: \(all) times all, \(acknowledged) acknowledged, \(none) times none")
    }

    private func make(_ account: String, _ client: KeyClient) async throws -> [CreateKeyResponse] {
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: 0))
        let request = CreateKeyRequest(accountID: account, userID: "u", name: "key", unrestricted: true)
        let tasks = 20
        let made = await Crowd.create(
            request, [KeyClient](repeating: client, count: tasks), atMost: Self.keys / tasks
        ).flatMap(\.made)
        try #require(made.count == Self.keys)
        return made
    }

    /// How many of the keys are revoked; the others must be valid, and the account must count them so.
    private func revoked(_ keys: [CreateKeyResponse], _ account: String, _ client: KeyClient) async throws -> Int {
        var verdicts: [Verdict?: Int] = [:]
        for first in stride(from: 0, to: keys.count, by: Limits.batchValidates) {
            let batch = keys[first..<min(first + Limits.batchValidates, keys.count)]
            let request = ValidateBatchRequest(requests: batch.map { ValidateRequest(secret: $0.secret) })
            for answer in try await client.validateBatch(request).responses {
                verdicts[answer.verdict, default: 0] += 1
            }
        }
        let (valid, revoked) = (verdicts[.valid] ?? 0, verdicts[.revoked] ?? 0)
        #expect(valid + revoked == keys.count)
        #expect(try await client.getAccount(GetAccountRequest(accountID: account)).account.activeKeys == valid)
        return revoked
    }

    /// Revokes while others create and validate. The server is killed so many of their answers later; `nil` = when the
    /// reply has come. Whether it has come.
    private func revokeAll(of account: String, _ server: ServeProcess, killedAfter answers: Int?) async -> Bool {
        let moment = Moment()
        let manager = server.client()
        let workers = (0..<6).map { _ in server.client() }
        let isAcknowledged = await withTaskGroup(of: Void.self) { group in
            for (number, worker) in workers.enumerated() {
                group.addTask {
                    await work(number, worker) { if moment.hasComeWithAnswer() { server.program.signal(SIGKILL) } }
                }
            }
            // The load is there before the revocation is, and so is its connection.
            while moment.answers < 4 * workers.count { await Task.yield() }
            _ = try? await manager.health()
            if let answers { moment.set(afterAnswers: answers) }
            var isAcknowledged = false
            do throws(Refusal) {
                let request = RevokeAllKeysRequest(accountID: account, expectedCount: UInt64(Self.keys))
                let reply = try await manager.revokeAllKeys(request)
                isAcknowledged = reply.revoked == UInt64(Self.keys)
                #expect(isAcknowledged)
            } catch {
                // The server was killed under this call; nothing was promised.
                #expect(error.code == .unavailable, "\(error)")
            }
            if answers == nil { server.program.signal(SIGKILL) }
            _ = await server.program.status()
            for worker in workers { await worker.close() }
            return isAcknowledged
        }
        await manager.close()
        #expect(await server.program.status() == -SIGKILL)
        return isAcknowledged
    }

    /// Creates or validates until the server is gone.
    private func work(_ number: Int, _ client: KeyClient, _ answered: () -> Void) async {
        do throws(Refusal) {
            while true {
                if number < 2 {
                    _ = try await client.createKey(
                        CreateKeyRequest(accountID: Self.otherAccount, userID: "u", name: "key", unrestricted: true))
                } else {
                    _ = try await client.validate(ValidateRequest(secret: "x"))
                }
                answered()
            }
        } catch {
            // The server was killed, or this client closed after that.
        }
    }
}
