// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A key as the store holds it: everything about it, its secrets' digests included. What is shown is a `Key`.
public struct StoredKey: Sendable {
    public let id: KeyID
    public var accountID: String
    public var userID: String
    public var name: String
    public var description: String
    public var hint: String
    public var unrestricted: Bool
    /// `nil` = none of the things that are in there.
    public var rules: KeyRules?
    public var standing: KeyStanding
    public var createTime: Timestamp
    public var updateTime: Timestamp
    public var current: StoredSecret
    /// Old secrets, newest first, at most `Limits.keptOldSecrets`.
    public var old: [OldSecret]
    /// The journal sequence of its creation: keys in this order are in the order they were made.
    public var createSequence: UInt64
    /// The journal sequence of its last mutation.
    public var revision: UInt64

    public init(
        id: KeyID, accountID: String, userID: String, name: String, description: String, hint: String,
        unrestricted: Bool, rules: KeyRules? = nil, standing: KeyStanding, createTime: Timestamp,
        updateTime: Timestamp, current: StoredSecret, old: [OldSecret], createSequence: UInt64, revision: UInt64
    ) {
        self.id = id
        self.accountID = accountID
        self.userID = userID
        self.name = name
        self.description = description
        self.hint = hint
        self.unrestricted = unrestricted
        self.rules = rules
        self.standing = standing
        self.createTime = createTime
        self.updateTime = updateTime
        self.current = current
        self.old = old
        self.createSequence = createSequence
        self.revision = revision
    }
}

/// One secret at rest: never the secret itself.
public struct StoredSecret: Sendable {
    /// 1 for the key's first, one more with each re-keying.
    public var generation: UInt32
    public var digest: Digest
    /// Which store key the digest was made under.
    public var storeKeyVersion: UInt32
    /// Whether the digest is of another system's token.
    public var isImported: Bool
    public var createTime: Timestamp

    public init(
        generation: UInt32, digest: Digest, storeKeyVersion: UInt32, isImported: Bool = false, createTime: Timestamp
    ) {
        self.generation = generation
        self.digest = digest
        self.storeKeyVersion = storeKeyVersion
        self.isImported = isImported
        self.createTime = createTime
    }
}

/// A secret that a re-keying has replaced.
public struct OldSecret: Sendable {
    public var secret: StoredSecret
    /// It works strictly before this time, as long as the key does.
    public var deadline: Timestamp

    public init(secret: StoredSecret, deadline: Timestamp) {
        self.secret = secret
        self.deadline = deadline
    }
}

extension StoredKey {
    /// Whether a token of another system leads to it.
    public var hasImportedSecret: Bool { current.isImported || old.contains { $0.secret.isImported } }
}

extension KeyStanding {
    /// When an old secret ends: at its own deadline, and with the key at the latest.
    public func end(of old: OldSecret) -> Timestamp {
        expireTime.map { min($0, old.deadline) } ?? old.deadline
    }
}
