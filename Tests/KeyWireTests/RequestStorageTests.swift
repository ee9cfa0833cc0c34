// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct RequestStorageTests {
    private let scope = RequestScope(
        caller: "uid:7", call: 13, accountID: "acme", requestID: Array(UInt8(0)..<64))
    private let hash = Digest(words: (1, 2, 3, .max))
    private let time = Timestamp(nanoseconds: 1_767_225_600_000_000_001)

    private var key: PublishedKey {
        let secret = StoredSecret(
            generation: 1, digest: Digest(words: (5, 6, 7, 8)), storeKeyVersion: 1, createTime: time)
        let key = StoredKey(
            id: SampleReplies.id(), accountID: "acme", userID: "u", name: "n", description: "", hint: "lk_0...0000",
            unrestricted: true, standing: KeyStanding(), createTime: time, updateTime: time, current: secret, old: [],
            createSequence: 5, revision: 77)
        return PublishedKey(key: key, counters: UseCounters(count: 3, lastUseTime: time))
    }

    private func kept(_ left: MutationAnswer.Left) -> KeptRequest {
        let answer = MutationAnswer(left: left, revision: 77, time: time, count: 4, total: .max)
        return KeptRequest(IdentifiedRequest(scope: scope, hash: hash), answer)
    }

    private func check(_ found: KeptRequest?, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(found?.request.scope == scope, sourceLocation: sourceLocation)
        #expect(found?.request.hash.bytes == hash.bytes, sourceLocation: sourceLocation)
        #expect(found?.answer.revision == 77, sourceLocation: sourceLocation)
        #expect(found?.answer.time == time, sourceLocation: sourceLocation)
        #expect(found?.answer.count == 4, sourceLocation: sourceLocation)
        #expect(found?.answer.total == .max, sourceLocation: sourceLocation)
        #expect(found?.sealedSecret == nil, sourceLocation: sourceLocation)
    }

    @Test("B7: in a mutation's record a request is read as it was written, and is missing when there was none")
    func inRecords() throws {
        let record = key
        let left = MutationAnswer.Left.key(record, uses: KeyUses(record.counters))
        // Used meanwhile: what was told stays as it was.
        let request = kept(left)
        record.counters.countUse(at: time)
        let read = try StorageCodec.encode(record, of: request).withUnsafeBytes { bytes throws in
            try StorageCodec.keyChange(bytes, revision: 77)
        }
        check(read.request)
        #expect(read.request?.answer.key?.useCount == 3)
        #expect(read.key.counters.count == 3)
        let settings = AccountSettings(id: "acme", createTime: time)
        let account = try StorageCodec.encode(settings, of: kept(.account(settings)))
            .withUnsafeBytes { bytes throws in try StorageCodec.accountChange(bytes, revision: 77) }
        check(account.request)
        let revoked = RevokeAllRecord(accountID: "acme", time: time, revoked: 4)
        let all = try StorageCodec.encode(revoked, of: kept(.keys)).withUnsafeBytes { bytes throws in
            try StorageCodec.revokeAll(bytes, sequence: 77)
        }
        #expect(all.record == revoked)
        check(all.request)
        let none = try StorageCodec.encode(record).withUnsafeBytes { bytes throws in
            try StorageCodec.keyChange(bytes, revision: 77)
        }
        #expect(none.request == nil)
    }

    @Test("B7: a snapshot's own record of a request is read as it was written, with the key or account as of then")
    func inSnapshots() throws {
        let record = key
        let settings = AccountSettings(id: "acme", createTime: time)
        for left in [.key(record, uses: KeyUses(record.counters)), .account(settings), .keys] as [MutationAnswer.Left] {
            let read = try StorageCodec.encode(kept(left)).withUnsafeBytes { bytes throws in
                try StorageCodec.keptRequest(bytes)
            }
            check(read)
            switch (left, read.answer.left) {
            case (.key, .key(let found, let uses)):
                #expect(found.key.revision == 77 && found.key.name == "n")
                #expect(uses == KeyUses(record.counters))
                #expect(read.answer.key == kept(left).answer.key)
            case (.account, .account(let found)):
                #expect(found.id == "acme" && found.revision == 77)
            case (.keys, .keys): break
            case (.key, _), (.account, _), (.keys, _): Issue.record("\(read.answer.left) for \(left)")
            }
        }
    }

    @Test("B7: a record whose request cannot be read is refused")
    func damaged() {
        #expect(throws: WireError.self) {
            try [UInt8]([0x12]).withUnsafeBytes { bytes throws in try StorageCodec.keptRequest(bytes) }
        }
        #expect(throws: WireError.self) {
            try [UInt8]().withUnsafeBytes { bytes throws in try StorageCodec.keptRequest(bytes) }
        }
    }

    @Test("B7: a call is recognised by what it asks, and every sample asks something else")
    func fingerprints() {
        let prints = SampleCalls.all.map { CallFingerprint($0) }
        #expect(Set(prints.map(\.bytes)).count == Set(SampleCalls.all.map { "\($0)" }).count)
        #expect(CallFingerprint(.revokeKey(RevokeKeyRequest(keyID: "0123456789ab"))).number == 16)
        #expect(CallFingerprint(.updateAccount(UpdateAccountRequest(accountID: "a"))).number == 24)
    }
}
