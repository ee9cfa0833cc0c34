// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

/// R1, by example; StoreStateModelTests has it by chance.
@Suite struct ActiveKeyCapTests {
    private let start = Commands.start

    @Test("R1: five keys may be active unless the account says otherwise; the sixth is refused and changes nothing")
    func cap() throws {
        var commands = Commands()
        for _ in 0..<5 { _ = try commands.create() }
        let before = commands.state.lastSequence
        #expect(refusal { try commands.create() } == .activeKeyLimit)
        #expect(commands.state.lastSequence == before)
        #expect(try commands.state.account("acme", at: start).totalKeys == 5)
        _ = try commands.create(account: "other")
        try commands.setCap(6)
        _ = try commands.create()
        #expect(refusal { try commands.create() } == .activeKeyLimit)
        try commands.setCap(0)
        for _ in 0..<20 { _ = try commands.create() }
        #expect(try commands.state.account("acme", at: start).activeKeys == 26)
    }

    @Test("R1, R6: a key that is disabled or revoked frees its place, and enabling it needs one")
    func places() throws {
        var commands = Commands()
        let keys = try (0..<5).map { _ in try commands.create() }
        _ = try commands.update(keys[0], enabled: false)
        let sixth = try commands.create()
        #expect(refusal { try commands.update(keys[0], enabled: true) } == .activeKeyLimit)
        _ = try commands.revoke(sixth)
        #expect(try commands.update(keys[0], enabled: true).standing.enabled)
        #expect(try commands.state.account("acme", at: start).activeKeys == 5)
    }

    @Test("R1, R2: a key that expires frees its place by the clock alone, and extending it needs one")
    func expiry() throws {
        var commands = Commands()
        let short = try commands.create(expiry: .lifetime(.hours(1)))
        for _ in 0..<4 { _ = try commands.create() }
        let end = start.advanced(by: .hours(1))
        #expect(refusal { try commands.create(at: Timestamp(nanoseconds: end.nanoseconds - 1)) } == .activeKeyLimit)
        _ = try commands.create(at: end)
        #expect(refusal { try commands.update(short, expiry: .never, at: end) } == .activeKeyLimit)
        #expect(try commands.state.account("acme", at: end).activeKeys == 5)
    }

    @Test("R1, R9: re-keying takes no place")
    func rekeying() throws {
        var commands = Commands()
        let keys = try (0..<5).map { _ in try commands.create() }
        _ = try commands.rekey(keys[0])
        #expect(try commands.state.account("acme", at: start).activeKeys == 5)
    }

    @Test("R1: an expiry that was set, moved and set again counts once")
    func movedExpiry() throws {
        var commands = Commands()
        let key = try commands.create(expiry: .lifetime(.hours(2)))
        for hours in [1, 3, 2, 5, 2] as [Int64] { _ = try commands.update(key, expiry: .lifetime(.hours(hours))) }
        #expect(try commands.state.account("acme", at: start.advanced(by: .hours(2))).activeKeys == 0)
        #expect(try commands.state.account("acme", at: start.advanced(by: .hours(9))).activeKeys == 0)
    }
}
