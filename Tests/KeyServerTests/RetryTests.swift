// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// B7 over a socket.
@Suite struct RetryTests {
    private let id = Array("0123456789abcdef".utf8)

    private func create(_ name: String = "n", account: String = "acme") -> CreateKeyRequest {
        CreateKeyRequest(accountID: account, userID: "u", name: name, unrestricted: true, requestID: id)
    }

    @Test("B7: CreateKey and RekeyKey, sent again from another connection, answer the same secret, which works")
    func secrets() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock, eventLoops: 2) { server in
            let (client, other) = (server.client(), server.client())
            let made = try await client.createKey(create())
            clock.advance(by: .seconds(300))
            let again = try await other.createKey(create())
            #expect(again == made)
            #expect(try await client.verdict(again.secret) == .valid)
            let rekey = RekeyKeyRequest(keyID: "\(made.key.id)", overlap: .zero, requestID: id)
            let rekeyed = try await client.rekeyKey(rekey)
            #expect(try await other.rekeyKey(rekey) == rekeyed)
            #expect(try await client.verdict(made.secret) == .superseded)
            #expect(try await client.verdict(rekeyed.secret) == .valid)
            #expect(try await client.getAccount(GetAccountRequest(accountID: "acme")).account.totalKeys == 1)
            await client.close()
            await other.close()
        }
    }

    @Test("B7: the same id with another body is REQUEST_ID_REUSED; for another account it is another id")
    func reused() async throws {
        try await withServer { server in
            let client = server.client()
            let made = try await client.createKey(create())
            let refused = await #expect(throws: Refusal.self) { try await client.createKey(create("other")) }
            #expect(refused?.code == .failedPrecondition)
            #expect(refused?.reason == .requestIDReused)
            let other = try await client.createKey(create(account: "other"))
            #expect(other.key.id != made.key.id)
            #expect(try await client.createKey(create()) == made)
            await client.close()
        }
    }

    @Test("B7: an id of 15 or 65 bytes is refused, and of 16 and 64 taken", arguments: [15, 16, 64, 65])
    func length(bytes: Int) async throws {
        try await withServer { server in
            let client = server.client()
            var request = create()
            request.requestID = [UInt8](repeating: 0, count: bytes)
            if bytes == 16 || bytes == 64 {
                let made = try await client.createKey(request)
                #expect(try await client.createKey(request) == made)
            } else {
                let refused = await #expect(throws: Refusal.self) { try await client.createKey(request) }
                #expect(refused?.violations.map(\.field) == ["request_id"])
            }
            await client.close()
        }
    }

    @Test("B7: after a restart the secret is gone and the refusal says so; the key is there once")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        let first = try await TestServer(path: directory.path("data"))
        var client = first.client()
        let made = try await client.createKey(create())
        await client.close()
        await first.stop()
        let second = try await TestServer(path: directory.path("data"), token: first.token)
        client = second.client()
        let refused = await #expect(throws: Refusal.self) { try await client.createKey(create()) }
        #expect(refused?.reason == .secretGone)
        #expect(refused?.message.contains("\(made.key.id)") == true)
        #expect(try await client.getAccount(GetAccountRequest(accountID: "acme")).account.totalKeys == 1)
        #expect(try await client.verdict(made.secret) == .valid)
        await client.close()
        await second.stop()
    }

    @Test("B7: 50 connections send one request at once: it is carried out once, and all get its answer")
    func atOnce() async throws {
        try await withServer(eventLoops: 2) { server in
            let request = create()
            let answers = try await withThrowingTaskGroup(of: CreateKeyResponse.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let client = server.client()
                        let answer = try await client.createKey(request)
                        await client.close()
                        return answer
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0 == answers[0] })
            // And the administrator's.
            #expect(server.opened.store.index.count == 2)
        }
    }
}
