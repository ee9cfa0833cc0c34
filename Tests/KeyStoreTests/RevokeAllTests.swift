// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

/// R8: all keys of an account at once.
@Suite struct RevokeAllTests {
    private func revokeAll(_ commands: inout Commands, _ count: UInt64) throws -> [PublishedKey] {
        try commands.state.revokeAllKeys(
            RevokeAllKeysRequest(accountID: "acme", expectedCount: count), at: Commands.start
        ).keys
    }

    @Test("R8: every key that is not revoked ends, disabled and expired ones too, in one step; others' do not")
    func all() throws {
        var commands = Commands()
        let plain = try commands.create()
        let disabled = try commands.update(try commands.create(), enabled: false)
        let expired = try commands.update(try commands.create(), expiry: .at(Commands.start))
        let revoked = try commands.revoke(try commands.create())
        let other = try commands.create(account: "other")
        let before = commands.state.lastSequence
        for wrong in [UInt64(0), 2, 4, .max] {
            #expect(refusal { try revokeAll(&commands, wrong) } == .keyCountMismatch)
            #expect(commands.state.lastSequence == before)
        }
        let changed = try revokeAll(&commands, 3)
        #expect(Set(changed.map(\.key.id)) == [plain.id, disabled.id, expired.id])
        #expect(commands.state.lastSequence == before + 1)
        for id in [plain.id, disabled.id, expired.id] {
            let key = try #require(commands.state.key(id)?.key)
            #expect(key.standing.revokeTime == Commands.start)
            #expect(key.revision == before + 1)
        }
        #expect(commands.state.key(revoked.id)?.key.revision == revoked.revision)
        #expect(commands.state.key(other.id)?.key.standing.revokeTime == nil)
        #expect(try commands.state.account("acme", at: Commands.start).activeKeys == 0)
        // A second time there is nothing left, and nothing changes.
        #expect(try revokeAll(&commands, 0).isEmpty)
        #expect(commands.state.lastSequence == before + 1)
    }

    @Test("R8: read back, the record ends what was there before it, whichever way the keys are read back")
    func replay() throws {
        var commands = Commands()
        let early = try commands.create()
        let kept = commands.state
        let revoked = try commands.state.revokeAllKeys(
            RevokeAllKeysRequest(accountID: "acme", expectedCount: 1), at: Commands.start)
        let sequence = commands.state.lastSequence
        let late = try commands.create()
        let lateRecord = try #require(commands.state.key(late.id))
        // A fuzzy snapshot may hold the late key, and the early one as it was before or after.
        let states = [early, revoked.keys[0].key].map { first in
            var state = StoreState()
            state.replay(PublishedKey(key: first), at: Commands.start)
            state.replay(lateRecord, at: Commands.start)
            state.replay(revoked.record, sequence: sequence)
            state.replay(revoked.record, sequence: sequence)
            return state
        }
        for state in states
            + [kept].map({ state in
                var state = state
                state.replay(revoked.record, sequence: sequence)
                state.replay(lateRecord, at: Commands.start)
                return state
            })
        {
            #expect(state.key(early.id)?.key.standing.revokeTime == Commands.start)
            #expect(state.key(early.id)?.key.revision == sequence)
            #expect(state.key(late.id)?.key.standing.revokeTime == nil)
            #expect(state.lastSequence == late.revision)
        }
    }
}
