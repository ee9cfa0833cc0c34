// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import Testing

/// Nobody gets more rights than he has, by whatever way.
@Suite("R13: no way up") struct NoWayUpTests {
    @Test("is refused, and changes nothing", arguments: WayUp.all)
    func refused(_ way: WayUp) async throws {
        let house = try await House()
        let other = try await house.make(way.other)
        let own = try await house.make(way.climber)
        let climber = house.voice(own.secret, from: "10.1.2.3")
        let before = house.revision
        let refusal = await climber.refusal(way.call("\(own.key.id)", "\(other.key.id)"))
        #expect(refusal?.reason == way.reason, "\(refusal?.message ?? "answered")")
        #expect(house.revision == before)
    }

    @Test("what is no more than he has, he may hand on")
    func handedOn() async throws {
        let house = try await House()
        let day = Expiry.lifetime(.days(1))
        let own = try await house.make(
            WayUp.Held("*:read", "acme/*:*", "callers:*", ips: ["10.0.0.0/8", "192.0.2.0/24"], expiry: day))
        let voice = house.voice(own.secret, from: "10.1.2.3")
        let offices: [([String], [String])] = [
            (["keys:read"], ["10.0.0.0/8"]), (["acme/keys:create", "other/usage:read"], ["10.2.0.0/16", "192.0.2.7"]),
            (["*:read", "callers:create"], ["10.9.9.9"]), (["acme/*:*"], ["192.0.2.0/25"]),
        ]
        for (grants, ips) in offices {
            let made = try await voice.create(.caller(grants, ips: ips, expiry: .lifetime(.hours(23))))
            let id = "\(made.key.id)"
            #expect(await voice.refusal(.rekeyKey(RekeyKeyRequest(keyID: id))) == nil)
            #expect(await voice.refusal(.updateKey(UpdateKeyRequest(keyID: id, enabled: false))) == nil)
            #expect(await voice.refusal(.updateKey(UpdateKeyRequest(keyID: id, enabled: true))) == nil)
            #expect(await voice.refusal(.updateKey(UpdateKeyRequest(keyID: id, expiry: day))) == nil)
            #expect(await voice.refusal(.revokeKey(RevokeKeyRequest(keyID: id))) == nil)
        }
        // Himself, to a new secret and to less.
        guard case .rekeyKey(let new) = try await voice.ask(.rekeyKey(RekeyKeyRequest(keyID: "\(own.key.id)"))).get()
        else { return }
        #expect(voice.authorize(new.secret))
        #expect(
            await voice.refusal(
                .updateKey(UpdateKeyRequest(keyID: "\(own.key.id)", grants: [Grant("callers:read")]))) == nil)
        #expect(await voice.refusal(.getAccount(GetAccountRequest(accountID: "acme")))?.reason == .accountNotFound)
    }

    @Test("importing a caller is refused, key by key")
    func imported() async throws {
        let house = try await House()
        let key = ImportedKey(
            tokenSHA256: [UInt8](repeating: 3, count: 32), accountID: "latchkey", userID: "u-1", name: "smuggled",
            grants: CallerRights.administratorGrants)
        let before = house.revision
        guard
            case .importKeys(let reply) = try await house.administrator.ask(
                .importKeys(ImportKeysRequest(keys: [key]))
            ).get()
        else { return }
        #expect(reply.results.map(\.reason) == [.invalidField])
        #expect(house.revision == before)
    }

    @Test("no key and no account has a name that could be taken for another's, or for the callers'")
    func names() async throws {
        let house = try await House()
        let names = [
            "*", "a/b", "..", ".", "", "/", "acme/", "Acme", "аcme", "acme\u{200B}", "ａcme", "acme\u{0301}", " acme",
            "acme ", "lаtchkey", "Latchkey", "latchkey ", "_acme", "-", String(repeating: "a", count: 64),
        ]
        let before = house.revision
        for name in names {
            let key = CreateKeyRequest(accountID: name, userID: "u-1", name: "k", unrestricted: true)
            for call in [Call.createKey(key), .updateAccount(UpdateAccountRequest(accountID: name, maxActiveKeys: 1))] {
                #expect(await house.administrator.refusal(call)?.reason == .invalidField, "\(name)")
            }
        }
        #expect(house.revision == before)
    }

    @Test("a retry with somebody else's request_id is a request of one's own")
    func retry() async throws {
        let house = try await House()
        let first = house.voice(try await house.makeCaller("keys:*", "callers:*").secret)
        let second = house.voice(try await house.makeCaller("keys:read", "callers:*").secret)
        let id = [UInt8](repeating: 9, count: 16)
        let made = try await first.create(.caller(["keys:*"], requestID: id))
        #expect(try await first.create(.caller(["keys:*"], requestID: id)) == made)
        #expect(await second.refusal(.createKey(.caller(["keys:*"], requestID: id)))?.reason == .rightsExceeded)
        let other = try await second.create(.caller(["keys:read"], requestID: id))
        #expect(other.secret != made.secret)
    }

    @Test("a retry by one who has been narrowed since does not give the secret of more than he has now")
    func narrowedRetry() async throws {
        let house = try await House()
        let own = try await house.makeCaller("keys:*", "callers:*")
        let voice = house.voice(own.secret)
        let id = [UInt8](repeating: 9, count: 16)
        let made = try await voice.create(.caller(["keys:*"], requestID: id))
        let rekey = Call.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)", requestID: id))
        #expect(await voice.refusal(rekey) == nil)
        let less = [Grant("keys:read"), Grant("callers:*")]
        let narrowing = Call.updateKey(UpdateKeyRequest(keyID: "\(own.key.id)", grants: less))
        #expect(await house.administrator.refusal(narrowing) == nil)
        #expect(await voice.refusal(rekey)?.reason == .rightsExceeded)
        #expect(
            await voice.refusal(.createKey(.caller(["keys:*"], requestID: id)))?.reason == .rightsExceeded)
    }

    @Test("who comes with an old secret hands on nothing that lasts longer than that, himself included")
    func overlapped() async throws {
        let house = try await House()
        let own = try await house.makeCaller("*:*", "callers:*")
        let id = "\(own.key.id)"
        let voice = house.voice(own.secret)
        let requestID = [UInt8](repeating: 9, count: 16)
        let rekey = Call.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .hours(24), requestID: requestID))
        let made = try await voice.ask(rekey).get()
        let before = house.revision
        let climbing: [Call] = [
            .rekeyKey(RekeyKeyRequest(keyID: id)), .rekeyKey(RekeyKeyRequest(keyID: id, overlap: .zero)),
            .rekeyKey(RekeyKeyRequest(keyID: house.administratorID)),
            .createKey(.caller(["*:*", "callers:*"])), .createKey(.caller(["keys:read"])),
            .createKey(.caller(["keys:read"], expiry: .lifetime(.hours(25)))),
            .updateKey(UpdateKeyRequest(keyID: id, name: "mine")),
        ]
        for call in climbing { #expect(await voice.refusal(call)?.reason == .rightsExceeded, "\(call)") }
        #expect(house.revision == before)
        #expect(await voice.refusal(.createKey(.caller(["keys:read"], expiry: .lifetime(.hours(23))))) == nil)
        // What he asked while it was his secret he may hear again: that is how he gets the new one.
        #expect(try await voice.ask(rekey).get() == made)
        guard case .rekeyKey(let answer) = made else { return }
        #expect(await house.voice(answer.secret).refusal(climbing[0]) == nil)
    }

    @Test("a caller's token is no key of anyone's service, and a service's key is no caller")
    func kinds() async throws {
        let house = try await House()
        let caller = try await house.makeCaller("*:*", "callers:*")
        #expect(try house.administrator.validate(caller.secret) == (.notFound, nil))
        #expect(try house.administrator.validate(house.token) == (.notFound, nil))
        let key = try await house.administrator.create(
            CreateKeyRequest(
                accountID: "acme", userID: "u-1", name: "k", grants: CallerRights.administratorGrants))
        #expect(try house.administrator.validate(key.secret).verdict == .resourceRequired)
        let voice = house.voice(key.secret)
        #expect(!voice.authorize(key.secret))
        #expect(await voice.refusal(.listAccounts(ListAccountsRequest()))?.reason == .callerRequired)
    }

    @Test("nobody validates without the right to")
    func validating() async throws {
        let house = try await House()
        let key = try await house.makeKey("acme")
        for grants in ["keys:*", "usage:*", "accounts:*", "audit:*", "callers:*", "store:*", "validation:create"] {
            let voice = house.voice(try await house.makeCaller(grants).secret)
            #expect(throws: Refusal.notPermitted(.validate)) { try voice.validate(key.secret) }
        }
        #expect(throws: Refusal.callerRequired) { try Voice(house.counter).validate(key.secret) }
        let validator = house.voice(try await house.makeCaller("validation:read").secret)
        #expect(try validator.validate(key.secret).verdict == .valid)
        #expect(await validator.refusal(.getKey(GetKeyRequest(keyID: "\(key.key.id)")))?.reason == .rightMissing)
    }
}

extension House {
    func make(_ held: WayUp.Held) async throws -> CreateKeyResponse {
        let made = try await administrator.create(.caller(held.grants, ips: held.ips, expiry: held.expiry))
        if held.isDisabled {
            _ = try await administrator.ask(.updateKey(UpdateKeyRequest(keyID: "\(made.key.id)", enabled: false))).get()
        }
        return made
    }
}
