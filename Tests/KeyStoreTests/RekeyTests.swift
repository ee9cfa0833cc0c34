// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

/// R9, by example.
@Suite struct RekeyTests {
    private let start = Commands.start

    private func live(_ key: StoredKey, at time: Timestamp) -> [UInt32] {
        key.old.filter { $0.deadline > time }.map(\.secret.generation)
    }

    @Test("R9: the old secret works on for 4 hours, or as long as asked; re-keying again keeps its deadline")
    func overlap() throws {
        var commands = Commands()
        let key = try commands.create()
        let second = try commands.rekey(key)
        #expect(second.current.generation == 2)
        #expect(second.old.map(\.deadline) == [start.advanced(by: .hours(4))])
        let third = try commands.rekey(key, overlap: .hours(1))
        #expect(third.old.map(\.deadline) == [start.advanced(by: .hours(1)), start.advanced(by: .hours(4))])
        #expect(third.id == key.id && third.standing == key.standing)
    }

    @Test("R9: at most 4 secrets work at once, the current one included; overlap 0 always succeeds and ends the others")
    func tooMany() throws {
        var commands = Commands()
        let key = try commands.create()
        for _ in 0..<3 { _ = try commands.rekey(key) }
        #expect(refusal { try commands.rekey(key) } == .tooManySecrets)
        let cut = try commands.rekey(key, overlap: .zero)
        #expect(live(cut, at: start).isEmpty)
        #expect(cut.current.generation == 5)
        _ = try commands.rekey(key)
        #expect(refusal { try commands.rekey(key, at: start.advanced(by: .hours(4))) } == nil)
    }

    @Test("R9: the last 8 old secrets are kept, and one that still works is never among the forgotten")
    func kept() throws {
        var commands = Commands()
        let key = try commands.create()
        // One that works for 30 days, then many that end at once; ending them by overlap 0 would end it too.
        _ = try commands.rekey(key, overlap: .days(30))
        var time = start
        var last = key
        for _ in 0..<12 {
            last = try commands.rekey(key, overlap: TimeSpan(nanoseconds: 1), at: time)
            time = time.advanced(by: .seconds(1))
        }
        #expect(last.old.count == Limits.keptOldSecrets)
        #expect(live(last, at: time) == [1])
        #expect(last.old.map(\.secret.generation) == [13, 12, 11, 10, 9, 8, 7, 1])
    }

    @Test("R9: deactivation, revocation and the key's expiry end an old secret for good")
    func ends() throws {
        var commands = Commands()
        let key = try commands.create(expiry: .lifetime(.hours(2)))
        _ = try commands.rekey(key)
        _ = try commands.update(key, enabled: false)
        #expect(live(try commands.update(key, enabled: true), at: start).isEmpty)
        _ = try commands.rekey(key, overlap: .days(1))
        let end = start.advanced(by: .hours(2))
        let extended = try commands.update(key, expiry: .never, at: end.advanced(by: .hours(1)))
        #expect(live(extended, at: end).isEmpty)
        let again = try commands.rekey(key, at: end.advanced(by: .hours(1)))
        #expect(!live(again, at: end.advanced(by: .hours(1))).isEmpty)
        #expect(
            live(try commands.revoke(key, at: end.advanced(by: .hours(1))), at: end.advanced(by: .hours(1))).isEmpty)
    }

    @Test("R9: RetireSecrets ends them all and says how many worked; with none it changes nothing")
    func retire() throws {
        var commands = Commands()
        let key = try commands.create()
        #expect(try commands.retire(key) == 0)
        _ = try commands.rekey(key)
        _ = try commands.rekey(key)
        #expect(try commands.retire(key) == 2)
        let sequence = commands.state.lastSequence
        #expect(try commands.retire(key) == 0)
        #expect(commands.state.lastSequence == sequence)
    }
}
