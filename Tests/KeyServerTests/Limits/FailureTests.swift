// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyServer
import KeyService
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

    private func events(_ speaker: Speaker) async throws -> [UsageEvent] {
        let call = Call.streamUsage(StreamUsageRequest(history: true, noFollow: true))
        guard case .success(.streamUsage(let records)) = try await speaker.ask(call) else { return [] }
        return records.compactMap { record in
            if case .event(let event) = record.kind { return event }
            return nil
        }
    }

    @Test(
        "R13: wrong authorizations past the limit are told so and are in no log; a good one from there is let in")
    func authorizations() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let inForce = Speaker(try await RawConnection(port: server.port, token: server.token))
            #expect(try await inForce.refusal(Self.probe) == nil)
            let guesser = Speaker(try await RawConnection(port: server.port))
            let burst = Int(Limits.failedAuthorizations.burst)
            for _ in 0..<burst { #expect(try await guesser.refusal(.whoAmI, as: Self.wrong) == nil) }
            let refusal = await #expect(throws: Refusal.self) {
                try await guesser.ask(.whoAmI, as: Self.wrong).get()
            }
            #expect(refusal?.code == .resourceExhausted)
            #expect(refusal?.reason == .tooManyFailures)
            #expect(refusal?.retryAfter == .milliseconds(100))
            // One that is wrong is nobody's.
            #expect(try await guesser.whoAmI() == "anonymous")
            #expect(server.server.refusals[.authorizations] == 1)
            // The same address, but good ones: one that is known to its connection already, and one that is new to it.
            #expect(try await inForce.refusal(Self.probe, as: server.token) == nil)
            let neighbour = Speaker(try await RawConnection(port: server.port))
            #expect(try await neighbour.refusal(Self.probe, as: server.token) == nil)
            #expect(try await guesser.refusal(Self.probe, as: server.token) == nil)
            #expect(try await guesser.refusal(.whoAmI, as: Self.wrong)?.reason == .tooManyFailures)
            let noted = try await events(inForce).count { $0.path == "authorization" }
            #expect(noted == burst)
            clock.advance(by: .milliseconds(100))
            #expect(try await guesser.refusal(.whoAmI, as: Self.wrong) == nil)
            await neighbour.raw.close()
            await guesser.raw.close()
            await inForce.raw.close()
        }
    }

    @Test("R13: guesses past the limit are told so, in no log, for their client; what is a key's is answered as ever")
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
            guard case .failure(let refusal) = try await verdict(gateway, "lk_wrong", for: "192.0.2.1") else {
                Issue.record("it was answered")
                return
            }
            #expect(refusal.code == .resourceExhausted)
            #expect(refusal.reason == .tooManyFailures)
            #expect(refusal.retryAfter == .milliseconds(10))
            // A key of somebody who shares the address.
            #expect(try await verdict(gateway, key.secret, for: "192.0.2.1") == .success(.valid))
            // Others behind the same caller, known by their address or not, and the same client behind another caller.
            #expect(try await verdict(gateway, key.secret, for: "192.0.2.2") == .success(.valid))
            #expect(try await verdict(gateway, key.secret, for: "") == .success(.valid))
            let second = Speaker(try await RawConnection(port: server.port, token: other))
            #expect(try await verdict(second, "lk_wrong", for: "192.0.2.1") == .success(.malformed))
            // In a batch each is for itself.
            let batch = ValidateBatchRequest(requests: [
                ValidateRequest(secret: "lk_wrong", clientIP: "192.0.2.1"),
                ValidateRequest(secret: key.secret, clientIP: "192.0.2.1"),
                ValidateRequest(secret: "lk_wrong", clientIP: "192.0.2.2"),
            ])
            guard case .validateBatch(let answers) = try await gateway.ask(.validateBatch(batch)).get() else {
                Issue.record("no batch")
                return
            }
            #expect(answers.responses.map(\.verdict) == [.rateLimited, .valid, .malformed])
            #expect(answers.responses.first?.retryAfter == .milliseconds(10))
            #expect(server.server.refusals[.guesses] == 2)
            let noted = try await events(gateway).count { $0.clientIP == "192.0.2.1" && $0.verdict == .malformed }
            #expect(noted == burst + 1)
            clock.advance(by: .milliseconds(10))
            #expect(try await verdict(gateway, "lk_wrong", for: "192.0.2.1") == .success(.malformed))
            await second.raw.close()
            await gateway.raw.close()
        }
    }

    @Test("R13: a guess that waited for a revision is one among the others")
    func held() async throws {
        try await withServer(clock: ManualClock()) { server in
            let gateway = Speaker(try await RawConnection(port: server.port, token: server.token))
            for _ in 0..<Int(Limits.failedValidates.burst) {
                #expect(try await verdict(gateway, "lk_wrong", for: "192.0.2.1") == .success(.malformed))
            }
            let late = Speaker(try await RawConnection(port: server.port, token: server.token))
            let wrong = ValidateRequest(
                secret: "lk_wrong", clientIP: "192.0.2.1", minRevision: server.service.revision + 1)
            let waiting = ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.validate(wrong)))
            // The second's answer says that the first one is kept.
            try await late.raw.send([waiting, ClientFrame(id: 2, timeoutMilliseconds: 0, content: .call(.health))])
            #expect(await late.raw.next()?.id == 2)
            let key = try await gateway.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
            guard case .failure(let refusal) = await late.answer() else {
                Issue.record("it was answered")
                return
            }
            #expect(refusal.reason == .tooManyFailures)
            // A key's is answered.
            let right = ValidateRequest(secret: key.secret, clientIP: "192.0.2.1", minRevision: key.revision + 1)
            try await late.raw.send(ClientFrame(id: 3, timeoutMilliseconds: 0, content: .call(.validate(right))))
            _ = try await gateway.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "l", unrestricted: true))
            guard case .success(.validate(let answer)) = await late.answer() else {
                Issue.record("it was refused")
                return
            }
            #expect(answer.verdict == .valid)
            await late.raw.close()
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
