// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Testing

@Suite struct MinRevisionTests {
    @Test("B1: a Validate never answers from a state older than its min_revision, and answers at once from a newer one")
    func reached() async throws {
        try await withServer { server in
            let client = server.client()
            let made = try await client.makeKey()
            for revision in [0, 1, made.revision] {
                #expect(
                    try await client.validate(ValidateRequest(secret: made.secret, minRevision: revision)).verdict
                        == .valid)
            }
            let revoked = try await client.revokeKey(RevokeKeyRequest(keyID: made.key.id.description))
            let answer = try await client.validate(ValidateRequest(secret: made.secret, minRevision: revoked.revision))
            #expect(answer.verdict == .revoked)
            await client.close()
        }
    }

    @Test("B1: behind it, the call waits and the others of the connection go on; the change that it waits for ends it")
    func waits() async throws {
        try await withServer { server in
            let client = server.client()
            let made = try await client.makeKey()
            async let late = client.validate(ValidateRequest(secret: made.secret, minRevision: made.revision + 2))
            async let batch = client.validateBatch(
                ValidateBatchRequest(requests: [
                    ValidateRequest(secret: made.secret),
                    ValidateRequest(secret: made.secret, minRevision: made.revision + 1),
                ]))
            // On the same connection, while those wait.
            #expect(try await client.verdict(made.secret) == .valid)
            _ = try await client.updateKey(UpdateKeyRequest(keyID: made.key.id.description, name: "other"))
            #expect(try await batch.responses.map(\.name) == ["other", "other"])
            _ = try await client.revokeKey(RevokeKeyRequest(keyID: made.key.id.description))
            #expect(try await late.verdict == .revoked)
            await client.close()
        }
    }

    @Test("B1: at its deadline it is UNAVAILABLE, REVISION_NOT_REACHED, and nothing was counted")
    func deadline() async throws {
        try await withServer { server in
            let client = server.client()
            let made = try await client.makeKey()
            // Without a client that has a timer of its own.
            let raw = try await RawConnection(port: server.port, token: server.token)
            let request = ValidateRequest(secret: made.secret, minRevision: .max)
            try await raw.send(ClientFrame(id: 5, timeoutMilliseconds: 1, content: .call(.validate(request))))
            let frame = await raw.next()
            #expect(frame?.id == 5)
            #expect(frame?.end == true)
            let refusal = Refusal.revisionNotReached(.max, at: made.revision)
            #expect(frame?.result == .failure(refusal))
            #expect(refusal.code == .unavailable)
            #expect(refusal.reason == .revisionNotReached)
            await raw.close()
            #expect(try await client.getKey(GetKeyRequest(keyID: made.key.id.description)).key.useCount == 0)
            await client.close()
        }
    }

    @Test("B1: a server that stops does not wait for what waits")
    func stopping() async throws {
        let directory = try TemporaryDirectory()
        let server = try await TestServer(path: directory.path("data"))
        let client = server.client()
        let made = try await client.makeKey()
        let late = Task { try await client.validate(ValidateRequest(secret: made.secret, minRevision: .max)) }
        #expect(try await client.verdict(made.secret) == .valid)
        await server.stop()
        await #expect(throws: Refusal.self) { try await late.value }
        await client.close()
    }
}
