// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

@Suite struct BatchTests {
    @Test("B6: a batch is answered in order, and each of it counts and is logged as one Validate")
    func batch() async throws {
        try await withServer { server in
            let client = server.client()
            let keys = try await [client.makeKey(), client.makeKey(), client.makeKey()]
            _ = try await client.revokeKey(RevokeKeyRequest(keyID: keys[1].key.id.description))
            let tokens = [keys[0].secret, keys[1].secret, "x", keys[2].secret, keys[0].secret]
            let answers = try await client.validateBatch(
                ValidateBatchRequest(requests: tokens.map { ValidateRequest(secret: $0) })
            ).responses
            #expect(answers.map(\.verdict) == [.valid, .revoked, .malformed, .valid, .valid])
            #expect(answers[0].keyID == keys[0].key.id.description)
            #expect(Set(answers.map(\.usageID)).count == 5)
            let shown = try await client.getKey(GetKeyRequest(keyID: keys[0].key.id.description)).key
            #expect(shown.useCount == 2)
            var events = 0
            let stream = try await client.streamUsage(StreamUsageRequest(history: true, noFollow: true))
            for try await record in stream {
                if case .event = record.kind { events += 1 }
            }
            #expect(events == 5)
            await client.close()
        }
    }

    @Test("B6: what is wrong with one request refuses the whole batch, by its place")
    func refused() async throws {
        try await withServer { server in
            let client = server.client()
            var requests = [ValidateRequest](repeating: ValidateRequest(secret: "x"), count: 9)
            requests[7].clientIP = "nowhere"
            await #expect(
                throws: Refusal.invalid([
                    FieldViolation("requests[7].client_ip", "must be an IPv4 or IPv6 address")
                ])
            ) {
                try await client.validateBatch(ValidateBatchRequest(requests: requests))
            }
            requests[7].clientIP = "a\0b"
            await #expect(throws: Refusal.self) {
                try await client.validateBatch(ValidateBatchRequest(requests: requests))
            }
            await client.close()
        }
    }
}
