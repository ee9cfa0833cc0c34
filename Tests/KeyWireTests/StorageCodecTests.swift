// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct StorageCodecTests {
    /// What two keys must share to be the same: a digest is compared by its bytes here, no secret is at stake.
    private struct Contents: Equatable {
        let texts: [String]
        let times: [Timestamp]
        let standing: KeyStanding
        let unrestricted: Bool
        let secrets: [String]
        let revision: UInt64
        let createSequence: UInt64

        init(_ key: StoredKey) {
            texts = [key.id.description, key.accountID, key.userID, key.name, key.description, key.hint]
            times = [key.createTime, key.updateTime]
            standing = key.standing
            unrestricted = key.unrestricted
            let all = [(key.current, Timestamp(nanoseconds: 0))] + key.old.map { ($0.secret, $0.deadline) }
            secrets = all.map { "\($0.generation) \($0.digest.bytes) \($0.storeKeyVersion) \($0.createTime) \($1)" }
            revision = key.revision
            createSequence = key.createSequence
        }
    }

    private func secret(_ generation: UInt32) -> StoredSecret {
        StoredSecret(
            generation: generation, digest: Digest(words: (UInt64(generation), 0, .max, 0xFF)),
            storeKeyVersion: generation % 3 + 1, createTime: Timestamp(nanoseconds: Int64(generation) * 1_000_000_007))
    }

    private func key(old: Int = 0, standing: KeyStanding = KeyStanding(), name: String = "deploy") -> StoredKey {
        StoredKey(
            id: SampleReplies.id(), accountID: "acme", userID: "u1", name: name, description: "", hint: "lk_4...yjel",
            unrestricted: true, standing: standing, createTime: SampleReplies.time,
            updateTime: Timestamp(nanoseconds: .max), current: secret(UInt32(old + 1)),
            old: (0..<old).map {
                OldSecret(secret: secret(UInt32(old - $0)), deadline: Timestamp(nanoseconds: Int64($0) - 3))
            },
            createSequence: 5, revision: 77)
    }

    private func read(_ body: [UInt8], revision: UInt64 = 77) throws -> StoredKey {
        try body.withUnsafeBytes { bytes throws(WireError) in try StorageCodec.key(bytes, revision: revision) }.key
    }

    private func encode(_ key: StoredKey) -> [UInt8] {
        StorageCodec.encode(PublishedKey(key: key))
    }

    @Test("R15: how often and when a key was last used is read as it was written")
    func counters() throws {
        for (count, time) in [(0, nil), (1, SampleReplies.time), (.max, Timestamp(nanoseconds: .max))]
            as [(UInt64, Timestamp?)]
        {
            let record = PublishedKey(key: key(), counters: UseCounters(count: count, lastUseTime: time))
            let read = try StorageCodec.encode(record).withUnsafeBytes { bytes throws(WireError) in
                try StorageCodec.key(bytes, revision: 77)
            }
            #expect(read.counters.count == count)
            #expect(read.counters.lastUseTime == time)
        }
    }

    @Test("R9: a key is read as it was written, old secrets, their digests and deadlines included", arguments: 0...8)
    func roundTrip(old: Int) throws {
        let key = key(old: old)
        #expect(Contents(try read(encode(key))) == Contents(key))
    }

    @Test("R2, R5, R6: expiry, revocation and deactivation are read as they were written")
    func standings() throws {
        let times = [
            nil, Timestamp(nanoseconds: 0), Timestamp(nanoseconds: 1), SampleReplies.time, Timestamp(nanoseconds: .max),
        ]
        for enabled in [true, false] {
            for expireTime in times {
                for revokeTime in times {
                    let standing = KeyStanding(enabled: enabled, expireTime: expireTime, revokeTime: revokeTime)
                    #expect(try read(encode(key(standing: standing))).standing == standing)
                }
            }
        }
    }

    @Test("R4: the longest key fits its bound in the journal")
    func longest() throws {
        var key = key(old: Limits.keptOldSecrets, name: String(repeating: "🔑", count: Limits.nameCharacters))
        key.description = String(repeating: "🔑", count: Limits.descriptionCharacters)
        key.userID = String(repeating: "u", count: Limits.userIDBytes)
        key.accountID = String(repeating: "a", count: Limits.accountIDBytes)
        key.standing = KeyStanding(expireTime: SampleReplies.time, revokeTime: SampleReplies.time)
        let body = encode(key)
        #expect(body.count < Limits.mutationBytes)
        #expect(Contents(try read(body)) == Contents(key))
    }

    @Test("R1: an account is read as it was written, its revision that of its record")
    func accounts() throws {
        for cap in [UInt32(0), 5, .max] {
            var account = SampleReplies.settings
            account.maxActiveKeys = cap
            account.revision = 9
            let read = try StorageCodec.encode(account).withUnsafeBytes { bytes throws(WireError) in
                try StorageCodec.account(bytes, revision: 9)
            }
            #expect(read == account)
        }
    }

    @Test("a body that is none is an error, not a crash")
    func damaged() {
        let whole = encode(key(old: 2))
        let id = Wire.text(1, SampleCalls.keyID)
        let bodies = [
            [], [0xFF], Array(whole.dropLast()), id, id + Wire.bytes(13, []), id + Wire.bytes(13, Wire.bytes(2, [1])),
        ]
        for body in bodies { #expect(throws: WireError.self, "\(body)") { try read(body) } }
        // Not a single cut of a good body may trap; most are refused.
        let refused = whole.indices.filter { (try? read(Array(whole.prefix($0)))) == nil }
        #expect(refused.count > whole.count / 2)
    }
}
