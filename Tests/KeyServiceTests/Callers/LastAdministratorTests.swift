// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import Testing

/// Somebody is always left who may do everything, from anywhere and for good.
@Suite("R13: the last administrator") struct LastAdministratorTests {
    /// What would leave nobody.
    private func endings(_ id: String) -> [Call] {
        [
            .revokeKey(RevokeKeyRequest(keyID: id)),
            .updateKey(UpdateKeyRequest(keyID: id, enabled: false)),
            .updateKey(UpdateKeyRequest(keyID: id, grants: [Grant("*:*")])),
            .updateKey(UpdateKeyRequest(keyID: id, grants: [Grant("callers:*")])),
            .updateKey(
                UpdateKeyRequest(keyID: id, grants: [Grant("*:create,read,update,delete"), Grant("callers:*")])),
            .updateKey(UpdateKeyRequest(keyID: id, grants: [Grant("acme/*:*"), Grant("callers:*")])),
            .updateKey(UpdateKeyRequest(keyID: id, expiry: .lifetime(.days(30_000)))),
            .updateKey(UpdateKeyRequest(keyID: id, allowedIPs: ["0.0.0.0/0", "::/0"])),
            .updateKey(UpdateKeyRequest(keyID: id, allowedIPs: ["127.0.0.1"])),
        ]
    }

    @Test("cannot be revoked, disabled, narrowed, left to expire or tied to addresses, by himself or the socket's user")
    func last() async throws {
        let house = try await House()
        let user = Voice(house.counter, name: "uid:0", authority: .administrator)
        let before = house.revision
        for call in endings(house.administratorID) {
            for voice in [house.administrator, user] {
                #expect(await voice.refusal(call)?.reason == .lastAdministrator, "\(call)")
            }
        }
        #expect(house.revision == before)
        // He may be re-keyed and renamed.
        let id = house.administratorID
        #expect(await house.administrator.refusal(.updateKey(UpdateKeyRequest(keyID: id, name: "chief"))) == nil)
        #expect(await user.refusal(.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .zero))) == nil)
    }

    @Test("is not relieved by one who is disabled, revoked, narrowed, tied to addresses or about to expire")
    func others() async throws {
        let house = try await House()
        let all = ["*:*", "callers:*"]
        let revoked = try await house.administrator.create(.caller(all))
        _ = await house.administrator.ask(.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)")))
        _ = try await house.make(WayUp.Held("*:*", "callers:*", isDisabled: true))
        _ = try await house.administrator.create(.caller(all, ips: ["0.0.0.0/0", "::/0"]))
        _ = try await house.administrator.create(.caller(all, expiry: .lifetime(.days(30_000))))
        _ = try await house.administrator.create(.caller(["*:*"]))
        _ = try await house.administrator.create(.caller(["*:read", "callers:*"]))
        for call in endings(house.administratorID) {
            #expect(await house.administrator.refusal(call)?.reason == .lastAdministrator, "\(call)")
        }
    }

    @Test("is relieved by another, who is then the last")
    func relieved() async throws {
        for place in 0..<endings("").count {
            let house = try await House()
            let other = try await house.makeCaller("callers:*", "*:*")
            #expect(await house.administrator.refusal(endings(house.administratorID)[place]) == nil)
            let voice = house.voice(other.secret)
            #expect(await voice.refusal(endings("\(other.key.id)")[place])?.reason == .lastAdministrator)
        }
    }

    @Test("two who revoke each other at once: one is left, whichever")
    func racing() async throws {
        let house = try await House()
        var left = house.administrator
        var leftID = house.administratorID
        for round in 0..<40 {
            let made = try await left.create(.caller(["*:*", "callers:*"]))
            let other = house.voice(made.secret)
            let calls = [("\(made.key.id)", left), (leftID, other)].map { id, voice in
                (call: Call.revokeKey(RevokeKeyRequest(keyID: id)), voice: voice)
            }
            // Both are let in before either is decided.
            let contexts = try calls.map { try $0.voice.admit($0.call) }
            let service = house.counter.service
            let (call, otherCall) = (calls[round % 2].call, calls[1 - round % 2].call)
            let (context, otherContext) = (contexts[round % 2], contexts[1 - round % 2])
            async let first = refusal(service, call, context)
            async let second = refusal(service, otherCall, otherContext)
            let refusals = await [first, second]
            #expect(refusals.compactMap(\.self) == [.callerRequired], "round \(round)")
            if await other.refusal(.listAccounts(ListAccountsRequest())) == nil {
                (left, leftID) = (other, "\(made.key.id)")
            }
            #expect(await left.refusal(.listAccounts(ListAccountsRequest())) == nil)
        }
    }
}

/// What a call was refused with; `nil` when it was answered.
private func refusal(_ service: KeyService, _ call: Call, _ context: CallContext) async -> Refusal? {
    do throws(Refusal) {
        _ = try await service.perform(call, context)
        return nil
    } catch {
        return error
    }
}
