// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyWire

/// What a command left: its record, new if its revision is the state's last sequence and else as it was, and what its
/// caller is told.
struct Change {
    enum Record {
        case key(PublishedKey)
        case account(AccountSettings)
        case revokeAll(RevokeAllRecord, [PublishedKey])
    }

    let record: Record
    let answer: MutationAnswer
    /// Goes into the reply, and nowhere else but under seal.
    let secret: String

    init(_ key: PublishedKey, count: UInt64 = 0, secret: String = "", at now: Timestamp) {
        record = .key(key)
        answer = MutationAnswer(
            left: .key(key, uses: KeyUses(key.counters)), revision: key.key.revision, time: now, count: count)
        self.secret = secret
    }

    init(_ account: Account, at now: Timestamp) {
        record = .account(account.settings)
        answer = MutationAnswer(
            left: .account(account.settings), revision: account.settings.revision, time: now,
            count: account.activeKeys, total: account.totalKeys)
        secret = ""
    }

    init(_ revoked: RevokeAllRecord, _ keys: [PublishedKey], revision: UInt64, at now: Timestamp) {
        record = .revokeAll(revoked, keys)
        answer = MutationAnswer(left: .keys, revision: revision, time: now, count: revoked.revoked)
        secret = ""
    }

    /// For the journal, with the request that it came of.
    func encoded(of request: KeptRequest?) -> (type: RecordType, body: [UInt8], publication: [PublishedKey]) {
        switch record {
        case .key(let key): (.key, StorageCodec.encode(key, of: request), [key])
        case .account(let settings): (.account, StorageCodec.encode(settings, of: request), [])
        case .revokeAll(let revoked, let keys): (.revokeAll, StorageCodec.encode(revoked, of: request), keys)
        }
    }
}

/// What a mutation's caller is told, for the first time or again.
struct Told: Sendable {
    let answer: MutationAnswer
    let secret: String

    var revision: UInt64 { answer.revision }

    /// The key, of a call about one.
    func key() throws(Refusal) -> Key {
        if let key = answer.key { return key }
        throw Refusal(.internal, .storeFailed, "this request_id stands for an answer of another kind")
    }

    /// The account, likewise.
    func account() throws(Refusal) -> Account {
        if let account = answer.account { return account }
        throw Refusal(.internal, .storeFailed, "this request_id stands for an answer of another kind")
    }
}
