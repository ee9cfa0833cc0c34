// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A key's record as every read shows it (R15). It holds no secret and no digest.
public struct Key: Sendable, Equatable {
    public var id: KeyID
    public var accountID: String
    public var userID: String
    public var name: String
    public var description: String
    /// The first 4 and the last 4 characters of the current token.
    public var hint: String
    /// What `standing` adds up to at the time of the reply.
    public var status: KeyStatus
    public var standing: KeyStanding
    /// In the canonical text; empty = any.
    public var allowedIPs: [String]
    public var grants: [Grant]
    public var unrestricted: Bool
    public var rateLimit: RateLimit?
    public var versionPin: VersionPin?
    public var createTime: Timestamp
    public var updateTime: Timestamp
    /// When it was last answered VALID; `nil` = never.
    public var lastUseTime: Timestamp?
    public var useCount: UInt64
    /// The live secrets, current first.
    public var secrets: [SecretGeneration]
    public var revision: UInt64

    public init(
        id: KeyID, accountID: String, userID: String, name: String, description: String, hint: String,
        status: KeyStatus, standing: KeyStanding, allowedIPs: [String] = [], grants: [Grant] = [],
        unrestricted: Bool, rateLimit: RateLimit? = nil, versionPin: VersionPin? = nil, createTime: Timestamp,
        updateTime: Timestamp, lastUseTime: Timestamp?, useCount: UInt64, secrets: [SecretGeneration],
        revision: UInt64
    ) {
        self.id = id
        self.accountID = accountID
        self.userID = userID
        self.name = name
        self.description = description
        self.hint = hint
        self.status = status
        self.standing = standing
        self.allowedIPs = allowedIPs
        self.grants = grants
        self.unrestricted = unrestricted
        self.rateLimit = rateLimit
        self.versionPin = versionPin
        self.createTime = createTime
        self.updateTime = updateTime
        self.lastUseTime = lastUseTime
        self.useCount = useCount
        self.secrets = secrets
        self.revision = revision
    }
}

/// One live secret of a key, as shown.
public struct SecretGeneration: Sendable, Equatable {
    public var generation: UInt32
    public var createTime: Timestamp
    /// Until when an old secret works; `nil` for the current one.
    public var deadline: Timestamp?

    public init(generation: UInt32, createTime: Timestamp, deadline: Timestamp?) {
        self.generation = generation
        self.createTime = createTime
        self.deadline = deadline
    }
}

extension StoredKey {
    /// What a read at `now` shows of it. An old secret is shown to end with the key at the latest.
    public func shown(at now: Timestamp, useCount: UInt64, lastUseTime: Timestamp?) -> Key {
        let status = standing.status(at: now)
        var secrets: [SecretGeneration] = []
        if status == .active || status == .disabled {
            secrets.append(.init(generation: current.generation, createTime: current.createTime, deadline: nil))
            for old in old where old.deadline > now {
                secrets.append(
                    .init(
                        generation: old.secret.generation, createTime: old.secret.createTime,
                        deadline: standing.end(of: old)))
            }
        }
        return Key(
            id: id, accountID: accountID, userID: userID, name: name, description: description, hint: hint,
            status: status, standing: standing, allowedIPs: rules?.allowedIPs.map(\.description) ?? [],
            grants: rules?.grants ?? [],
            unrestricted: unrestricted, rateLimit: rules?.rateLimit, versionPin: rules?.versionPin,
            createTime: createTime, updateTime: updateTime, lastUseTime: lastUseTime, useCount: useCount,
            secrets: secrets,
            revision: revision
        )
    }
}
