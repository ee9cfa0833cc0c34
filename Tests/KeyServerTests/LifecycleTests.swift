// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

/// A key's life, over a socket, with a clock that the test moves.
@Suite struct LifecycleTests {
    @Test("R2, R4, R12, R15: a created key is shown whole, can be renamed, and ends at its time")
    func create() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let client = server.client()
            let made = try await client.createKey(
                CreateKeyRequest(
                    accountID: "acme", userID: "u-17", name: "nightly export", description: "for the warehouse",
                    unrestricted: true, expiry: .lifetime(.hours(1))))
            #expect(made.key.userID == "u-17")
            #expect(made.key.status == .active)
            #expect(made.key.standing.expireTime == made.key.createTime.advanced(by: .hours(1)))
            #expect(made.key.hint == "\(made.secret.prefix(4))...\(made.secret.suffix(4))")
            let answer = try await client.validate(
                ValidateRequest(secret: made.secret, clientIP: "203.0.113.7", resource: "jobs", httpMethod: "GET"))
            #expect(answer.isValid)
            #expect(answer.userID == "u-17")
            #expect(answer.name == "nightly export")
            let renamed = try await client.updateKey(
                UpdateKeyRequest(keyID: "\(made.key.id)", name: "hourly export", description: ""))
            #expect(renamed.key.name == "hourly export")
            #expect(renamed.key.description == "")
            #expect(renamed.revision > made.revision)
            #expect(try await client.verdict(made.secret) == .valid)
            let shown = try await client.getKey(GetKeyRequest(keyID: "\(made.key.id)")).key
            #expect(shown.useCount == 2)
            #expect(shown.revision == renamed.revision)
            clock.advance(by: TimeSpan(nanoseconds: TimeSpan.hours(1).nanoseconds - 1))
            #expect(try await client.verdict(made.secret) == .valid)
            clock.advance(by: TimeSpan(nanoseconds: 1))
            #expect(try await client.verdict(made.secret) == .expired)
            await client.close()
        }
    }

    @Test("R9: after a re-key the old secret is VALID and flagged until its deadline, the new one at once")
    func rekey() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let client = server.client()
            let made = try await client.makeKey()
            let id = "\(made.key.id)"
            let again = try await client.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .hours(2)))
            #expect(again.key.id == made.key.id)
            let old = try await client.validate(ValidateRequest(secret: made.secret))
            let new = try await client.validate(ValidateRequest(secret: again.secret))
            #expect(old.isValid && old.superseded && old.generation == 1)
            #expect(old.supersededDeadline == again.key.updateTime.advanced(by: .hours(2)))
            #expect(new.isValid && !new.superseded && new.generation == 2)
            clock.advance(by: .hours(2))
            #expect(try await client.verdict(made.secret) == .superseded)
            #expect(try await client.verdict(again.secret) == .valid)
            let third = try await client.rekeyKey(RekeyKeyRequest(keyID: id))
            #expect(try await client.verdict(again.secret) == .valid)
            #expect(try await client.retireSecrets(RetireSecretsRequest(keyID: id)).retired == 1)
            #expect(try await client.verdict(again.secret) == .superseded)
            #expect(try await client.verdict(third.secret) == .valid)
            await client.close()
        }
    }

    @Test("R5, R6: disabling is reversible, revoking is for good, and a second revoke changes nothing")
    func endings() async throws {
        try await withServer { server in
            let client = server.client()
            let made = try await client.makeKey()
            let id = "\(made.key.id)"
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: false))
            #expect(try await client.verdict(made.secret) == .disabled)
            _ = try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: true))
            #expect(try await client.verdict(made.secret) == .valid)
            let first = try await client.revokeKey(RevokeKeyRequest(keyID: id))
            #expect(try await client.verdict(made.secret) == .revoked)
            let second = try await client.revokeKey(RevokeKeyRequest(keyID: id))
            #expect(second.revision == first.revision)
            for change in [UpdateKeyRequest(keyID: id, enabled: true), UpdateKeyRequest(keyID: id, name: "other")] {
                let refusal = await #expect(throws: Refusal.self) { try await client.updateKey(change) }
                #expect(refusal?.code == .failedPrecondition)
                #expect(refusal?.reason == .keyRevoked)
            }
            let refusal = await #expect(throws: Refusal.self) { try await client.rekeyKey(RekeyKeyRequest(keyID: id)) }
            #expect(refusal?.reason == .keyRevoked)
            #expect(try await client.getKey(GetKeyRequest(keyID: id)).key.status == .revoked)
            await client.close()
        }
    }

    @Test("R2, R5, R9: what was acknowledged is there after a restart")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        let first = try await TestServer(path: directory.path("data"))
        let client = first.client()
        let kept = try await client.makeKey(name: "kept")
        let revoked = try await client.makeKey(name: "revoked")
        _ = try await client.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)"))
        let rekeyed = try await client.rekeyKey(RekeyKeyRequest(keyID: "\(kept.key.id)"))
        await client.close()
        await first.stop()

        let second = try await TestServer(path: directory.path("data"))
        let again = second.client()
        #expect(try await again.verdict(kept.secret) == .valid)
        #expect(try await again.verdict(rekeyed.secret) == .valid)
        #expect(try await again.verdict(revoked.secret) == .revoked)
        #expect(try await again.getKey(GetKeyRequest(keyID: "\(kept.key.id)")).key.revision == rekeyed.revision)
        await again.close()
        await second.stop()
    }

    @Test("R12, R4: everything that is wrong with a request is told at once, by field")
    func violations() async throws {
        try await withServer { server in
            let client = server.client()
            let refusal = await #expect(throws: Refusal.self) {
                try await client.createKey(
                    CreateKeyRequest(
                        accountID: "Acme", userID: "", name: "a\u{7}b", description: String(repeating: "x", count: 201),
                        unrestricted: false))
            }
            #expect(refusal?.code == .invalidArgument)
            #expect(
                refusal?.violations.map(\.field) == ["account_id", "user_id", "name", "description", "unrestricted"])
            await client.close()
        }
    }
}
