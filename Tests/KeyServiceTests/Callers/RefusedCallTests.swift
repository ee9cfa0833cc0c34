// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import KeyUsage
import Testing

/// What was refused is in the usage log, and no token is anywhere.
@Suite("R13, R17: refused calls") struct RefusedCallTests {
    private func events(_ house: House, in scope: AccountScope = .everything) async throws -> [UsageEvent] {
        let subscription = try await house.counter.service.streamUsage(
            StreamUsageRequest(history: true, noFollow: true), in: scope)
        var events: [UsageEvent] = []
        while let records = await subscription.next() {
            for case .event(let event) in records.map(\.kind) { events.append(event) }
        }
        return events
    }

    @Test("are in the usage log, with the caller's key and address; a stranger's too")
    func logged() async throws {
        let house = try await House()
        let made = try await house.makeCaller("acme/usage:read")
        let id = "\(made.key.id)"
        let caller = house.voice(made.secret, from: "10.1.2.3")
        let stranger = Voice(house.counter, ip: "192.0.2.7")
        for voice in [caller, stranger] {
            #expect(await voice.refusal(.createKey(.caller(["*:*"]))) != nil)
            #expect(await voice.refusal(.snapshot) != nil)
            #expect(throws: Refusal.self) { try voice.validate("lk_x") }
            #expect(await voice.refusal(.whoAmI) == nil)
        }
        let events = try await events(house)
        #expect(events.map(\.path) == ["create_key", "snapshot", "validate", "create_key", "snapshot", "validate"])
        #expect(events.allSatisfy { $0.verdict == .permissionDenied && $0.httpStatus == 403 })
        #expect(events.map(\.keyID) == [id, id, id, "", "", ""])
        #expect(events.map(\.caller) == [id, id, id, "anonymous", "anonymous", "anonymous"])
        #expect(events.map(\.clientIP) == ["10.1.2.3", "10.1.2.3", "10.1.2.3", "192.0.2.7", "192.0.2.7", "192.0.2.7"])
        #expect(events.map(\.accountID) == ["latchkey", "latchkey", "latchkey", "", "", ""])
        // None of it is his to see whose account it is not.
        #expect(
            try await self.events(house, in: AccountScope(isEverything: false, withCallers: false, accounts: ["acme"]))
                == [])
    }

    @Test("a token that is not in force is told of by what is wrong with it, to the log alone")
    func verdicts() async throws {
        let house = try await House()
        let revoked = try await house.makeCaller("keys:read")
        let disabled = try await house.makeCaller("keys:read")
        let expired = try await house.makeCaller("keys:read", expiry: .lifetime(.hours(1)))
        let elsewhere = try await house.makeCaller("keys:read", ips: ["192.0.2.0/24"])
        let old = try await house.makeCaller("keys:read")
        let key = try await house.makeKey("acme")
        _ = await house.administrator.ask(.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)")))
        _ = await house.administrator.ask(.updateKey(UpdateKeyRequest(keyID: "\(disabled.key.id)", enabled: false)))
        _ = await house.administrator.ask(.rekeyKey(RekeyKeyRequest(keyID: "\(old.key.id)", overlap: .zero)))
        house.clock.advance(by: .hours(2))
        let bad: [(CreateKeyResponse?, String, Verdict)] = [
            (revoked, revoked.secret, .revoked), (disabled, disabled.secret, .disabled),
            (expired, expired.secret, .expired), (elsewhere, elsewhere.secret, .ipNotAllowed),
            (old, old.secret, .superseded), (nil, key.secret, .notFound), (nil, "no token", .malformed),
        ]
        for (made, token, verdict) in bad {
            let voice = house.voice(token, from: "10.1.2.3")
            #expect(await voice.refusal(.listAccounts(ListAccountsRequest())) == .callerRequired, "\(verdict)")
            let event = try await events(house).last { $0.path == "authorization" }
            #expect(event?.verdict == verdict)
            #expect(event?.keyID == made.map { "\($0.key.id)" } ?? "", "\(verdict)")
        }
    }

    @Test("of nobody are in the log up to the limit of their address; those of callers from there all are")
    func strangers() async throws {
        let house = try await House(failures: FailureMeters())
        let made = try await house.makeCaller("acme/usage:read")
        let stranger = Voice(house.counter, ip: "192.0.2.7")
        let burst = Int(Limits.failedAuthorizations.burst)
        for _ in 0..<burst {
            #expect(await stranger.refusal(.snapshot) == .callerRequired)
            #expect(throws: Refusal.callerRequired) { try stranger.validate("lk_x") }
            #expect(stranger.caller.refuseReport(at: house.counter.service.now()) == .callerRequired)
        }
        let caller = house.voice(made.secret, from: "192.0.2.7")
        for _ in 0..<3 {
            #expect(await caller.refusal(.snapshot)?.reason == .rightMissing)
            #expect(throws: Refusal.self) { try caller.validate("lk_x") }
        }
        #expect(await Voice(house.counter, ip: "192.0.2.8").refusal(.snapshot) == .callerRequired)
        let events = try await events(house)
        #expect(events.count { $0.caller == "anonymous" && $0.clientIP == "192.0.2.7" } == burst)
        #expect(Set(events.prefix(burst).map(\.path)) == ["snapshot", "validate", "report_outcome"])
        #expect(events.count { $0.keyID == "\(made.key.id)" } == 6)
        #expect(events.count { $0.clientIP == "192.0.2.8" } == 1)
        house.clock.advance(by: .seconds(1))
        #expect(await stranger.refusal(.snapshot) == .callerRequired)
        #expect(try await self.events(house).count == events.count + 1)
    }

    @Test("hold no token, and no refusal does")
    func secrecy() async throws {
        let house = try await House()
        let made = try await house.makeCaller("acme/usage:read")
        let disabled = try await house.makeCaller("keys:read")
        _ = await house.administrator.ask(.updateKey(UpdateKeyRequest(keyID: "\(disabled.key.id)", enabled: false)))
        var told: [String] = []
        for token in [made.secret, disabled.secret, made.secret + "x", String(made.secret.dropLast(3))] {
            let voice = house.voice(token, from: "10.1.2.3")
            let calls: [Call] = [
                .snapshot, .createKey(.caller(["*:*"])), .getKey(GetKeyRequest(keyID: house.administratorID)),
                .listKeys(ListKeysRequest(accountID: "latchkey")), .whoAmI,
            ]
            for call in calls { told.append("\(await voice.ask(call))") }
            told.append("\(Result { () throws(Refusal) in try voice.validate(made.secret) })")
        }
        told += try await events(house).map { "\($0)" }
        #expect(told.count > 30)
        for token in [made.secret, disabled.secret, house.token] {
            // Eight characters of what is secret in it.
            let secret = token.dropFirst("lkc_".count + 12).dropLast(6)
            for place in 0..<(secret.count - 8) {
                let part = String(secret.dropFirst(place).prefix(8))
                #expect(!told.contains { $0.contains(part) })
            }
        }
    }
}
