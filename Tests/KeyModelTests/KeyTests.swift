// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct KeyTests {
    private static let now = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    private func stored(
        standing: KeyStanding = KeyStanding(), deadlines: [Timestamp] = []
    ) throws -> StoredKey {
        func secret(_ generation: Int) -> StoredSecret {
            StoredSecret(
                generation: UInt32(generation), digest: Digest(words: (1, 2, 3, UInt64(generation))),
                storeKeyVersion: 1,
                createTime: Timestamp(nanoseconds: Self.now.nanoseconds - 1_000 + Int64(generation)))
        }
        return StoredKey(
            id: try #require(KeyID("4mVb0QzYx1Ab")), accountID: "acme", userID: "u1", name: "deploy",
            description: "for CI", hint: "lk_4...yjel", unrestricted: true, standing: standing,
            createTime: Timestamp(nanoseconds: 1), updateTime: Timestamp(nanoseconds: 2),
            current: secret(deadlines.count + 1),
            old: deadlines.enumerated().map {
                OldSecret(secret: secret(deadlines.count - $0.offset), deadline: $0.element)
            },
            createSequence: 3, revision: 42)
    }

    @Test("R15: the record shows everything that is stored of the key but its digests")
    func record() throws {
        let expireTime = Self.now.advanced(by: .days(1))
        let key = try stored(standing: KeyStanding(expireTime: expireTime))
            .shown(at: Self.now, useCount: 7, lastUseTime: Self.now)
        let expected = Key(
            id: try #require(KeyID("4mVb0QzYx1Ab")), accountID: "acme", userID: "u1", name: "deploy",
            description: "for CI", hint: "lk_4...yjel", status: .active,
            standing: KeyStanding(expireTime: expireTime), unrestricted: true, createTime: Timestamp(nanoseconds: 1),
            updateTime: Timestamp(nanoseconds: 2), lastUseTime: Self.now, useCount: 7,
            secrets: [
                SecretGeneration(
                    generation: 1, createTime: Timestamp(nanoseconds: Self.now.nanoseconds - 999), deadline: nil)
            ],
            revision: 42)
        #expect(key == expected)
    }

    @Test("R9, R15: the live secrets are shown, current first, each old one until its deadline")
    func liveSecrets() throws {
        let deadlines = [Self.now.advanced(by: .hours(2)), Self.now.advanced(by: .hours(1)), Self.now]
        let key = try stored(deadlines: deadlines)
        #expect(key.shown(at: Self.now, useCount: 0, lastUseTime: nil).secrets.map(\.generation) == [4, 3, 2])
        let earlier = Timestamp(nanoseconds: Self.now.nanoseconds - 1)
        let shown = key.shown(at: earlier, useCount: 0, lastUseTime: nil).secrets
        #expect(shown.map(\.generation) == [4, 3, 2, 1])
        #expect(shown.map(\.deadline) == [nil] + deadlines)
        let last = key.shown(at: Self.now.advanced(by: .hours(2)), useCount: 0, lastUseTime: nil)
        #expect(last.secrets.map(\.generation) == [4])
    }

    @Test("R9: an old secret is shown to end with the key at the latest")
    func endsWithTheKey() throws {
        let expireTime = Self.now.advanced(by: .hours(1))
        let key = try stored(
            standing: KeyStanding(expireTime: expireTime), deadlines: [Self.now.advanced(by: .hours(2))])
        #expect(key.shown(at: Self.now, useCount: 0, lastUseTime: nil).secrets.map(\.deadline) == [nil, expireTime])
    }

    @Test("R5, R2: a revoked or expired key has no secret that works; a deactivated one keeps its current one")
    func ended() throws {
        let ended = [KeyStanding(revokeTime: Self.now), KeyStanding(expireTime: Self.now)]
        for standing in ended {
            #expect(try stored(standing: standing).shown(at: Self.now, useCount: 0, lastUseTime: nil).secrets.isEmpty)
        }
        let disabled = try stored(standing: KeyStanding(enabled: false))
        #expect(disabled.shown(at: Self.now, useCount: 0, lastUseTime: nil).secrets.map(\.generation) == [1])
    }

    @Test("R15: use count and last use are shared by all versions of the record")
    func counters() throws {
        let key = try stored()
        let first = PublishedKey(key: key)
        #expect(first.shown(at: Self.now).lastUseTime == nil)
        first.counters.countUse(at: Self.now)
        let second = PublishedKey(key: key, counters: first.counters)
        second.counters.countUse(at: Self.now.advanced(by: .hours(1)))
        #expect(first.shown(at: Self.now).useCount == 2)
        #expect(first.shown(at: Self.now).lastUseTime == Self.now.advanced(by: .hours(1)))
    }
}
