// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import Testing

/// What a connection has found of its caller counts no longer than it is so.
@Suite("R13: a change of a caller counts at the very next call") struct CallerChangeTests {
    private static let probe = Call.listAccounts(ListAccountsRequest())

    /// What ends a caller, and what brings him back on the same connection, if anything does.
    private struct Ending: Sendable {
        let title: String
        let call: @Sendable (String) -> Call
        var back: (@Sendable (String) -> Call)?
        /// What he is told who has lost a right, or his standing.
        var told = Reason.callerRequired
    }

    private static let endings = [
        Ending(title: "revoked", call: { .revokeKey(RevokeKeyRequest(keyID: $0)) }),
        Ending(
            title: "disabled", call: { .updateKey(UpdateKeyRequest(keyID: $0, enabled: false)) },
            back: { .updateKey(UpdateKeyRequest(keyID: $0, enabled: true)) }),
        Ending(
            title: "tied to another address",
            call: { .updateKey(UpdateKeyRequest(keyID: $0, allowedIPs: ["192.0.2.0/24"])) },
            back: { .updateKey(UpdateKeyRequest(keyID: $0, allowedIPs: ["10.0.0.0/8"])) }),
        Ending(
            title: "narrowed", call: { .updateKey(UpdateKeyRequest(keyID: $0, grants: [Grant("usage:read")])) },
            back: { .updateKey(UpdateKeyRequest(keyID: $0, grants: [Grant("accounts:read")])) }, told: .rightMissing),
        Ending(title: "cut by a new secret", call: { .rekeyKey(RekeyKeyRequest(keyID: $0, overlap: .zero)) }),
    ]

    @Test("revoked, disabled, tied to an address, narrowed, cut: on an open connection, and back if it is undone")
    func changed() async throws {
        for ending in Self.endings {
            let house = try await House()
            let made = try await house.makeCaller("accounts:read", "validation:read", "keys:create")
            let voice = house.voice(made.secret, from: "10.1.2.3")
            #expect(await voice.refusal(Self.probe) == nil)
            #expect(await house.administrator.refusal(ending.call("\(made.key.id)")) == nil)
            #expect(await voice.refusal(Self.probe)?.reason == ending.told, "\(ending.title)")
            #expect(throws: Refusal.self) { try voice.validate("lk_x") }
            // The same token again changes nothing of that.
            #expect(voice.authorize(made.secret) == (ending.told == .rightMissing), "\(ending.title)")
            guard let back = ending.back else { continue }
            #expect(await house.administrator.refusal(back("\(made.key.id)")) == nil)
            #expect(voice.authorize(made.secret), "\(ending.title)")
            #expect(await voice.refusal(Self.probe) == nil, "\(ending.title)")
        }
    }

    @Test("expired, and past the overlap of an old secret: by the clock alone, while nothing changes in the store")
    func timed() async throws {
        let house = try await House()
        let expiring = try await house.makeCaller("accounts:read", expiry: .lifetime(.hours(2)))
        let rekeyed = try await house.makeCaller("accounts:read")
        let (first, second) = (house.voice(expiring.secret), house.voice(rekeyed.secret))
        let again = try await house.administrator.ask(
            .rekeyKey(RekeyKeyRequest(keyID: "\(rekeyed.key.id)", overlap: .hours(3)))
        ).get()
        guard case .rekeyKey(let new) = again else { return }
        let third = house.voice(new.secret)
        func told() async -> [Reason?] {
            var reasons: [Reason?] = []
            for voice in [first, second, third] { reasons.append(await voice.refusal(Self.probe)?.reason) }
            return reasons
        }
        #expect(await told() == [nil, nil, nil])
        house.clock.advance(by: TimeSpan(nanoseconds: TimeSpan.hours(2).nanoseconds - 1))
        #expect(await told() == [nil, nil, nil])
        house.clock.advance(by: TimeSpan(nanoseconds: 1))
        #expect(await told() == [.callerRequired, nil, nil])
        house.clock.advance(by: .hours(1))
        #expect(await told() == [.callerRequired, .callerRequired, nil])
    }

    @Test("a call that was let in and waits for its turn is decided by what its caller is then")
    func waiting() async throws {
        // The last one is no change: the clock ends his secret.
        for ending in Self.endings + [Ending(title: "past the overlap", call: { _ in .health })] {
            let house = try await House()
            let made = try await house.makeCaller("accounts:*", "keys:*", "store:create")
            if ending.title == "past the overlap" {
                let rekey = Call.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)", overlap: .hours(1)))
                #expect(await house.administrator.refusal(rekey) == nil)
            }
            let voice = house.voice(made.secret, from: "10.1.2.3")
            let key = try await house.makeKey("acme")
            let waiting: [Call] = [
                .createKey(CreateKeyRequest(accountID: "acme", userID: "u-1", name: "late", unrestricted: true)),
                .rekeyKey(RekeyKeyRequest(keyID: "\(key.key.id)")),
                .revokeKey(RevokeKeyRequest(keyID: "\(key.key.id)")),
                .updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 9)),
                .revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 1)),
                .importKeys(
                    ImportKeysRequest(keys: [
                        ImportedKey(
                            tokenSHA256: [UInt8](repeating: 1, count: 32), accountID: "acme", userID: "u-1", name: "k",
                            unrestricted: true)
                    ])), .listKeys(ListKeysRequest(accountID: "acme")), .getKey(GetKeyRequest(keyID: "\(key.key.id)")),
                .snapshot,
            ]
            let contexts = try waiting.map { try voice.admit($0) }
            #expect(await house.administrator.refusal(ending.call("\(made.key.id)")) == nil)
            if ending.title == "past the overlap" { house.clock.advance(by: .hours(1)) }
            let before = house.revision
            for (call, context) in zip(waiting, contexts) {
                await #expect(throws: Refusal.callerRequired, "\(ending.title), \(call.name)") {
                    try await house.counter.service.perform(call, context)
                }
            }
            #expect(house.revision == before)
        }
    }

    @Test("a call that waits is not carried out once the certificate has ended that it was let in with")
    func certificate() async throws {
        let house = try await House()
        let made = try await house.makeCaller("keys:*", "accounts:*")
        let key = try await house.makeKey("acme")
        let end = Timestamp(nanoseconds: house.clock.wallTime().nanoseconds + TimeSpan.hours(1).nanoseconds)
        let voice = Voice(
            house.counter, ip: "10.1.2.3", certificate: CallerCertificate(keyID: made.key.id, end: end))
        let waiting: [Call] = [
            .createKey(CreateKeyRequest(accountID: "acme", userID: "u-1", name: "late", unrestricted: true)),
            .revokeKey(RevokeKeyRequest(keyID: "\(key.key.id)")), .listKeys(ListKeysRequest(accountID: "acme")),
            .getKey(GetKeyRequest(keyID: "\(key.key.id)")),
        ]
        let contexts = try waiting.map { try voice.admit($0) }
        let soon = try voice.admit(Self.probe)
        house.clock.advance(by: TimeSpan(nanoseconds: TimeSpan.hours(1).nanoseconds - 1))
        _ = try await house.counter.service.perform(Self.probe, soon)
        house.clock.advance(by: TimeSpan(nanoseconds: 1))
        let before = house.revision
        for (call, context) in zip(waiting, contexts) {
            await #expect(throws: Refusal.callerRequired, "\(call.name)") {
                try await house.counter.service.perform(call, context)
            }
        }
        #expect(house.revision == before)
    }

    @Test("a call that waits is not hurt by a change that takes nothing away: a name, another right, a new secret")
    func unhurt() async throws {
        let house = try await House()
        let made = try await house.makeCaller("keys:create")
        let voice = house.voice(made.secret)
        let id = "\(made.key.id)"
        let call = Call.createKey(CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
        let changes: [Call] = [
            .updateKey(UpdateKeyRequest(keyID: id, name: "other")),
            .updateKey(UpdateKeyRequest(keyID: id, grants: [Grant("keys:*"), Grant("usage:read")])),
            .rekeyKey(RekeyKeyRequest(keyID: id)),
        ]
        for change in changes {
            let context = try voice.admit(call)
            #expect(await house.administrator.refusal(change) == nil)
            _ = try await house.counter.service.perform(call, context)
        }
    }

    @Test("a caller's token again, and every call after it, costs no digest")
    func cached() async throws {
        let house = try await House()
        let voice = house.voice(try await house.makeCaller("accounts:read").secret)
        let token = try await house.makeCaller("accounts:read").secret
        let before = house.counter.digester.digests
        #expect(voice.authorize(token))
        for _ in 0..<100 {
            #expect(voice.authorize(token))
            #expect(await voice.refusal(Self.probe) == nil)
        }
        _ = try await house.makeCaller("usage:read")
        #expect(voice.authorize(token))
        #expect(house.counter.digester.digests == before + 1)
    }

    @Test("a bad authorization clears the caller, also of the Unix socket's user; a good one sets him again")
    func cleared() async throws {
        let house = try await House()
        let made = try await house.makeCaller("accounts:read")
        let user = Voice(house.counter, name: "uid:0", authority: .administrator)
        for voice in [house.voice(made.secret), user] {
            #expect(await voice.refusal(Self.probe) == nil)
            let bad = [
                "x", made.secret + "x", String(made.secret.dropLast()), "lkc_" + String(repeating: "0", count: 61),
                Token.text(prefix: "lkc", idAndSecret: Array(String(repeating: "0", count: 55).utf8)),
                Token.text(
                    prefix: "lkc",
                    idAndSecret: Array("\(made.key.id)".utf8) + Array(String(repeating: "0", count: 43).utf8)),
            ]
            for token in bad {
                #expect(!voice.authorize(token))
                #expect(await voice.refusal(Self.probe) == .callerRequired)
                #expect(throws: Refusal.callerRequired) { try voice.validate("lk_x") }
                #expect(voice.authorize(made.secret))
                #expect(await voice.refusal(Self.probe) == nil)
            }
        }
        // Whose token says less than his socket is what the token says.
        #expect(await user.refusal(.snapshot)?.reason == .rightMissing)
    }
}
