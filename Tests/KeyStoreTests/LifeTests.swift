// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

/// What may be done to a key in which state.
@Suite struct LifeTests {
    private let start = Commands.start

    @Test("R2: without an expiry a key ends after 365 days; it may end at a time, after a span, or never")
    func expiry() throws {
        var commands = Commands()
        #expect(try commands.create().standing.expireTime == start.advanced(by: .days(365)))
        #expect(try commands.create(expiry: .lifetime(.days(1))).standing.expireTime == start.advanced(by: .days(1)))
        #expect(try commands.create(expiry: .never).standing.expireTime == nil)
        #expect(refusal { try commands.create(expiry: .at(start)) } == .invalidField)
    }

    @Test("R2: an expired key cannot be re-keyed, disabled or not, but it can be extended", arguments: [true, false])
    func expired(enabled: Bool) throws {
        var commands = Commands()
        let key = try commands.create(expiry: .lifetime(.hours(1)))
        if !enabled { _ = try commands.update(key, enabled: false) }
        let later = start.advanced(by: .hours(1))
        #expect(refusal { try commands.rekey(key, at: later) } == .keyExpired)
        let extended = try commands.update(key, expiry: .never, at: later)
        #expect(extended.standing.status(at: later) == (enabled ? .active : .disabled))
        #expect(refusal { try commands.rekey(key, at: later) } == nil)
    }

    @Test("R5: nothing brings a revoked key back, its record stays, and revoking it again changes nothing")
    func revoked() throws {
        var commands = Commands()
        let key = try commands.create()
        let revoked = try commands.revoke(key)
        #expect(revoked.standing.revokeTime == start)
        #expect(refusal { try commands.update(key, enabled: true) } == .keyRevoked)
        #expect(refusal { try commands.update(key, name: "x") } == .keyRevoked)
        #expect(refusal { try commands.rekey(key) } == .keyRevoked)
        let again = try commands.revoke(key, at: start.advanced(by: .hours(1)))
        #expect(again.revision == revoked.revision)
        #expect(again.standing == revoked.standing)
        #expect(commands.state.key(key.id)?.key.name == "key")
    }

    @Test("R4, R15: a change moves the revision and the update time, one that changes nothing neither")
    func revisions() throws {
        var commands = Commands()
        let key = try commands.create()
        #expect(key.revision == 1 && key.createSequence == 1)
        let later = start.advanced(by: .seconds(1))
        let renamed = try commands.update(key, name: "new", at: later)
        #expect(renamed.revision == 2 && renamed.updateTime == later && renamed.createTime == start)
        #expect(renamed.createSequence == 1)
        #expect(try commands.update(key, name: "new", at: later.advanced(by: .seconds(1))).revision == 2)
        #expect(commands.state.lastSequence == 2)
    }

    @Test("R12: the user is kept as it was given, and nothing of it is looked at")
    func user() throws {
        var commands = Commands()
        #expect(try commands.create(user: "Ж/42 (former)").userID == "Ж/42 (former)")
    }

    @Test("the store's time never falls: a clock that is set back decides nothing")
    func time() throws {
        var commands = Commands()
        let key = try commands.create(expiry: .lifetime(.hours(1)), at: start)
        _ = try commands.update(key, name: "later", at: start.advanced(by: .hours(2)))
        #expect(refusal { try commands.rekey(key, at: start) } == .keyExpired)
    }
}
