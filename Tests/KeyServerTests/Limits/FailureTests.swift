// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyServer
import KeyTesting
import KeyWire
import Testing

/// What guessing meets, with a clock that the test moves.
@Suite struct FailureTests {
    private static let probe = Call.listAccounts(ListAccountsRequest())
    /// Of the right shape, and no key's.
    private static let wrong = "lkc_AAAAAAAAAAAA"

    private func validate(_ token: String, for ip: String) -> Call {
        .validate(ValidateRequest(secret: token, clientIP: ip))
    }

    private func verdict(_ speaker: Speaker, _ token: String, for ip: String) async throws -> Result<Verdict?, Refusal>
    {
        try await speaker.ask(validate(token, for: ip)).map { reply in
            if case .validate(let answer) = reply { return answer.verdict }
            return nil
        }
    }

    @Test(
        "R13: wrong authorizations past the limit are not looked at, good ones that come then neither; who is in stays")
    func authorizations() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let inForce = Speaker(try await RawConnection(port: server.port, token: server.token))
            #expect(try await inForce.refusal(Self.probe) == nil)
            let guesser = Speaker(try await RawConnection(port: server.port))
            let burst = Int(Limits.failedAuthorizations.burst)
            for _ in 0..<burst { #expect(try await guesser.refusal(.whoAmI, as: Self.wrong) == nil) }
            let refusal = await #expect(throws: Refusal.self) {
                try await guesser.ask(.whoAmI, as: server.token).get()
            }
            #expect(refusal?.code == .resourceExhausted)
            #expect(refusal?.reason == .tooManyFailures)
            #expect(refusal?.retryAfter == .milliseconds(100))
            // What was not looked at is nobody's.
            #expect(try await guesser.whoAmI() == "anonymous")
            // The same address, but a token that is known already.
            #expect(try await inForce.refusal(Self.probe, as: server.token) == nil)
            #expect(server.server.refusals[.authorizations] == 1)
            clock.advance(by: .milliseconds(100))
            #expect(try await guesser.refusal(Self.probe, as: server.token) == nil)
            await guesser.raw.close()
            await inForce.raw.close()
        }
    }

    @Test("R13: guesses past the limit are refused for their client; others of the same caller, and others, are not")
    func guesses() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let gateway = Speaker(try await RawConnection(port: server.port, token: server.token))
            let key = try await gateway.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
            let other = try await gateway.make(.caller(["validation:read"])).secret
            let burst = Int(Limits.failedValidates.burst)
            for _ in 0..<burst {
                #expect(try await verdict(gateway, "lk_wrong", for: "192.0.2.1") == .success(.malformed))
            }
            guard case .failure(let refusal) = try await verdict(gateway, key.secret, for: "192.0.2.1") else {
                Issue.record("it was answered")
                return
            }
            #expect(refusal.code == .resourceExhausted)
            #expect(refusal.reason == .tooManyFailures)
            #expect(refusal.retryAfter == .milliseconds(10))
            // Others behind the same caller, known by their address or not, and the same client behind another caller.
            #expect(try await verdict(gateway, key.secret, for: "192.0.2.2") == .success(.valid))
            #expect(try await verdict(gateway, key.secret, for: "") == .success(.valid))
            let second = Speaker(try await RawConnection(port: server.port, token: other))
            #expect(try await verdict(second, key.secret, for: "192.0.2.1") == .success(.valid))
            // In a batch each is for itself.
            let batch = ValidateBatchRequest(requests: [
                ValidateRequest(secret: key.secret, clientIP: "192.0.2.1"),
                ValidateRequest(secret: key.secret, clientIP: "192.0.2.2"),
            ])
            guard case .validateBatch(let answers) = try await gateway.ask(.validateBatch(batch)).get() else {
                Issue.record("no batch")
                return
            }
            #expect(answers.responses.map(\.verdict) == [.rateLimited, .valid])
            #expect(answers.responses.first?.retryAfter == .milliseconds(10))
            clock.advance(by: .milliseconds(10))
            #expect(try await verdict(gateway, key.secret, for: "192.0.2.1") == .success(.valid))
            await second.raw.close()
            await gateway.raw.close()
        }
    }

    @Test("R13: without a client's address nothing is counted: nobody is held for what others behind his caller did")
    func withoutAddress() async throws {
        try await withServer(clock: ManualClock()) { server in
            let gateway = Speaker(try await RawConnection(port: server.port, token: server.token))
            for _ in 0..<Int(Limits.failedValidates.burst) + 10 {
                #expect(try await verdict(gateway, "lk_wrong", for: "") == .success(.malformed))
            }
            await gateway.raw.close()
        }
    }
}
