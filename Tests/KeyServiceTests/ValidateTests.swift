// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import Testing

@Suite struct ValidateTests {
    /// A true token with another secret, its check made right.
    private func forged(_ token: String, id: String? = nil) -> String {
        let secret = String(token.dropLast(6).suffix(43).reversed())
        return Token.text(
            prefix: "lk", idAndSecret: Array(((id ?? String(token.dropFirst(3).prefix(12))) + secret).utf8))
    }

    @Test("an unknown id and a wrong secret cost the same work: one HMAC each, as a right secret does")
    func sameWork() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        var before = counter.digester.digests
        func cost(_ token: String) -> (Verdict, Int) {
            let verdict = counter.validate(token).answer.verdict
            defer { before = counter.digester.digests }
            return (verdict, counter.digester.digests - before)
        }
        #expect(cost(made.secret) == (.valid, 1))
        #expect(cost(forged(made.secret)) == (.notFound, 1))
        #expect(cost(forged(made.secret, id: "000000000000")) == (.notFound, 1))
        // What is no token costs none, and says nothing of any key.
        #expect(cost(String(made.secret.dropLast()) + "!") == (.malformed, 0))
        _ = try await counter.service.perform(.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)")), counter.context)
        #expect(cost(made.secret) == (.valid, 1))
    }

    @Test("with imported keys too a key's existence costs nothing: the HMACs depend on the token's shape alone")
    func sameWorkWithImports() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        // Of another shape than ours, and of ours.
        let foreign = "sk_live_0001"
        let ours = forged(made.secret, id: "111111111111")
        try await counter.importKeys([foreign, ours])
        var before = counter.digester.digests
        func cost(_ token: String) -> (Verdict, Int) {
            let verdict = counter.validate(token).answer.verdict
            defer { before = counter.digester.digests }
            return (verdict, counter.digester.digests - before)
        }
        // What looks like ours may be a key's, or another system's: an unknown id, a wrong secret of a key that is
        // there, and what nobody ever issued cannot be told apart by the work.
        #expect(cost(forged(made.secret, id: "000000000000")) == (.notFound, 2))
        #expect(cost(forged(made.secret)) == (.notFound, 2))
        #expect(cost(forged(ours)) == (.notFound, 2))
        #expect(cost(ours) == (.valid, 2))
        // What does not look like ours can only be another system's, known or not.
        #expect(cost("sk_live_0002") == (.notFound, 1))
        #expect(cost(String(made.secret.dropLast()) + "!") == (.notFound, 1))
        #expect(cost(foreign) == (.valid, 1))
        #expect(cost(made.secret) == (.valid, 1))
    }

    @Test("R2, R5, R6, R9: only who presents a true secret learns of the key's state")
    func states() async throws {
        let counter = try Counter()
        let made = try await counter.create(expiry: .lifetime(.hours(8)))
        let id = "\(made.key.id)"
        func verdicts(_ tokens: String...) -> [Verdict] { tokens.map { counter.validate($0).answer.verdict } }
        guard
            case .rekeyKey(let again) = try await counter.service.perform(
                .rekeyKey(RekeyKeyRequest(keyID: id)), counter.context)
        else { return }
        #expect(
            counter.validate(made.secret).answer.supersededDeadline == counter.service.now().advanced(by: .hours(4)))
        #expect(verdicts(again.secret, made.secret, forged(again.secret)) == [.valid, .valid, .notFound])
        counter.clock.advance(by: .hours(4))
        #expect(verdicts(again.secret, made.secret) == [.valid, .superseded])
        _ = try await counter.service.perform(
            .updateKey(UpdateKeyRequest(keyID: id, enabled: false)), counter.context)
        #expect(verdicts(again.secret, made.secret, forged(again.secret)) == [.disabled, .disabled, .notFound])
        _ = try await counter.service.perform(
            .updateKey(UpdateKeyRequest(keyID: id, enabled: true)), counter.context)
        counter.clock.advance(by: .hours(4))
        #expect(verdicts(again.secret, forged(again.secret)) == [.expired, .notFound])
        _ = try await counter.service.perform(.revokeKey(RevokeKeyRequest(keyID: id)), counter.context)
        #expect(verdicts(again.secret, made.secret, forged(again.secret)) == [.revoked, .revoked, .notFound])
        #expect(counter.validate(forged(again.secret)).keyID == nil)
        #expect(counter.validate(again.secret).keyID == made.key.id)
    }

    @Test("R15: only what was VALID counts as a use")
    func uses() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        func shown() async throws -> Key? {
            let reply = try await counter.service.perform(
                .getKey(GetKeyRequest(keyID: "\(made.key.id)")), counter.context)
            guard case .getKey(let found) = reply else { return nil }
            return found.key
        }
        #expect(try await shown()?.lastUseTime == nil)
        for _ in 0..<3 { _ = counter.validate(made.secret) }
        _ = counter.validate(forged(made.secret))
        let time = counter.service.now()
        #expect(try await shown()?.useCount == 3)
        #expect(try await shown()?.lastUseTime == time)
        _ = try await counter.service.perform(.revokeKey(RevokeKeyRequest(keyID: "\(made.key.id)")), counter.context)
        _ = counter.validate(made.secret)
        #expect(try await shown()?.useCount == 3)
    }

    @Test("every answer has a usage id of its own")
    func usageIDs() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        var seen = Set((0..<1_000).map { _ in counter.validate(made.secret).answer.usageID?.bytes })
        seen.insert(counter.validate("x").answer.usageID?.bytes)
        #expect(seen.count == 1_001)
    }
}
