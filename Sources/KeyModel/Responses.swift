// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

public struct CreateKeyResponse: Sendable, Equatable {
    public var key: Key
    /// The whole token; this is the only time it is told.
    public var secret: String
    public var revision: UInt64

    public init(key: Key, secret: String, revision: UInt64) {
        self.key = key
        self.secret = secret
        self.revision = revision
    }
}

public struct GetKeyResponse: Sendable, Equatable {
    public var key: Key

    public init(key: Key) {
        self.key = key
    }
}

public struct UpdateKeyResponse: Sendable, Equatable {
    public var key: Key
    public var revision: UInt64

    public init(key: Key, revision: UInt64) {
        self.key = key
        self.revision = revision
    }
}

public struct RekeyKeyResponse: Sendable, Equatable {
    public var key: Key
    /// The whole new token; this is the only time it is told.
    public var secret: String
    public var revision: UInt64

    public init(key: Key, secret: String, revision: UInt64) {
        self.key = key
        self.secret = secret
        self.revision = revision
    }
}

public struct RetireSecretsResponse: Sendable, Equatable {
    public var key: Key
    /// How many old secrets were ended; 0 = none was live and nothing changed.
    public var retired: UInt32
    public var revision: UInt64

    public init(key: Key, retired: UInt32, revision: UInt64) {
        self.key = key
        self.retired = retired
        self.revision = revision
    }
}

public struct RevokeKeyResponse: Sendable, Equatable {
    public var key: Key
    public var revision: UInt64

    public init(key: Key, revision: UInt64) {
        self.key = key
        self.revision = revision
    }
}

/// The answer to Validate as a client reads it.
public struct ValidateResponse: Sendable, Equatable {
    /// `nil` = a verdict that this version does not know: a denial.
    public var verdict: Verdict?
    public var message: String
    public var publicMessage: String
    /// What follows is told only to who presented one of the key's secrets.
    public var keyID: String
    public var name: String
    public var accountID: String
    public var userID: String
    public var expireTime: Timestamp?
    /// Which of the key's secrets was presented, 1 for the first; 0 = none.
    public var generation: UInt32
    public var superseded: Bool
    public var supersededDeadline: Timestamp?
    public var revision: UInt64
    /// 16 opaque bytes for ReportOutcome; empty after `explain`.
    public var usageID: [UInt8]
    public var httpStatus: UInt32
    /// The fields that the matching grants allow; empty = all.
    public var allowedFields: [String]
    /// Those of the asked fields that they do not, with FIELD_NOT_ALLOWED.
    public var deniedFields: [String]
    /// The API version that the key is pinned to.
    public var apiVersion: CalendarDate?
    /// With RATE_LIMITED: when to try again.
    public var retryAfter: TimeSpan?
    /// With `explain`: everything that would deny, in the order of the checks.
    public var denials: [Verdict]

    public init(
        verdict: Verdict?, message: String = "", publicMessage: String = "", keyID: String = "", name: String = "",
        accountID: String = "", userID: String = "", expireTime: Timestamp? = nil, generation: UInt32 = 0,
        superseded: Bool = false, supersededDeadline: Timestamp? = nil, revision: UInt64 = 0, usageID: [UInt8] = [],
        httpStatus: UInt32 = 0, allowedFields: [String] = [], deniedFields: [String] = [],
        apiVersion: CalendarDate? = nil, retryAfter: TimeSpan? = nil, denials: [Verdict] = []
    ) {
        self.verdict = verdict
        self.message = message
        self.publicMessage = publicMessage
        self.keyID = keyID
        self.name = name
        self.accountID = accountID
        self.userID = userID
        self.expireTime = expireTime
        self.generation = generation
        self.superseded = superseded
        self.supersededDeadline = supersededDeadline
        self.revision = revision
        self.usageID = usageID
        self.httpStatus = httpStatus
        self.allowedFields = allowedFields
        self.deniedFields = deniedFields
        self.apiVersion = apiVersion
        self.retryAfter = retryAfter
        self.denials = denials
    }

    /// Whether the key may do what was asked. Anything that is not known to be VALID is a denial.
    public var isValid: Bool { verdict == .valid }
}

public struct ValidateBatchResponse: Sendable, Equatable {
    /// In the order of the requests.
    public var responses: [ValidateResponse]

    public init(responses: [ValidateResponse]) {
        self.responses = responses
    }
}

public struct GetAccountResponse: Sendable, Equatable {
    public var account: Account

    public init(account: Account) {
        self.account = account
    }
}

public struct UpdateAccountResponse: Sendable, Equatable {
    public var account: Account
    public var revision: UInt64

    public init(account: Account, revision: UInt64) {
        self.account = account
        self.revision = revision
    }
}

public struct ListAccountsResponse: Sendable, Equatable {
    /// By id.
    public var accounts: [Account]
    /// For `startingAfter`; empty = there are no more.
    public var nextCursor: String

    public init(accounts: [Account], nextCursor: String) {
        self.accounts = accounts
        self.nextCursor = nextCursor
    }
}

public struct RevokeAllKeysResponse: Sendable, Equatable {
    public var revoked: UInt64
    public var revision: UInt64

    public init(revoked: UInt64, revision: UInt64) {
        self.revoked = revoked
        self.revision = revision
    }
}

public struct WhoAmIResponse: Sendable, Equatable {
    public var caller: String
    public var peer: String
    /// Empty = no token of his is in force.
    public var keyID: String
    public var name: String
    public var grants: [Grant]
    /// `nil` = never.
    public var expireTime: Timestamp?

    public init(
        caller: String, peer: String, keyID: String = "", name: String = "", grants: [Grant] = [],
        expireTime: Timestamp? = nil
    ) {
        self.caller = caller
        self.peer = peer
        self.keyID = keyID
        self.name = name
        self.grants = grants
        self.expireTime = expireTime
    }
}

public struct HealthResponse: Sendable, Equatable {
    /// It answers and takes mutations.
    public var serving: Bool
    public var revision: UInt64
    public var keys: UInt64
    public var version: String
    public var startTime: Timestamp

    public init(serving: Bool, revision: UInt64, keys: UInt64, version: String, startTime: Timestamp) {
        self.serving = serving
        self.revision = revision
        self.keys = keys
        self.version = version
        self.startTime = startTime
    }
}

/// The answer to Snapshot, given when the snapshot is whole and on disk.
public struct SnapshotResponse: Sendable, Equatable {
    /// Everything up to it is in the snapshot; of what came later, some may be.
    public var revision: UInt64
    /// The snapshot's file.
    public var sizeBytes: UInt64

    public init(revision: UInt64, sizeBytes: UInt64) {
        self.revision = revision
        self.sizeBytes = sizeBytes
    }
}
