// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// When a key is to end, as a request says it.
public enum Expiry: Sendable, Equatable {
    /// Valid strictly before this time.
    case at(Timestamp)
    /// This long from the moment the request is decided.
    case lifetime(TimeSpan)
    case never

    /// The time it comes to when it is decided at `now`; `nil` = never.
    public func time(from now: Timestamp) -> Timestamp? {
        switch self {
        case .at(let time): time
        case .lifetime(let span): now.advanced(by: span)
        case .never: nil
        }
    }
}

public struct CreateKeyRequest: Sendable, Equatable {
    public var accountID: String
    public var userID: String
    public var name: String
    public var description: String
    public var unrestricted: Bool
    /// `nil` = the account's default lifetime.
    public var expiry: Expiry?

    public init(
        accountID: String, userID: String, name: String, description: String = "", unrestricted: Bool,
        expiry: Expiry? = nil
    ) {
        self.accountID = accountID
        self.userID = userID
        self.name = name
        self.description = description
        self.unrestricted = unrestricted
        self.expiry = expiry
    }
}

public struct GetKeyRequest: Sendable, Equatable {
    public var keyID: String

    public init(keyID: String) {
        self.keyID = keyID
    }
}

/// Which fields to change: those that are not `nil`.
public struct UpdateKeyRequest: Sendable, Equatable {
    public var keyID: String
    public var name: String?
    /// Empty takes it away.
    public var description: String?
    public var enabled: Bool?
    public var expiry: Expiry?

    public init(
        keyID: String, name: String? = nil, description: String? = nil, enabled: Bool? = nil, expiry: Expiry? = nil
    ) {
        self.keyID = keyID
        self.name = name
        self.description = description
        self.enabled = enabled
        self.expiry = expiry
    }
}

public struct RekeyKeyRequest: Sendable, Equatable {
    public var keyID: String
    /// How long the old secret goes on working; `nil` = 4 hours, zero = every old secret ends now.
    public var overlap: TimeSpan?

    public init(keyID: String, overlap: TimeSpan? = nil) {
        self.keyID = keyID
        self.overlap = overlap
    }
}

public struct RetireSecretsRequest: Sendable, Equatable {
    public var keyID: String

    public init(keyID: String) {
        self.keyID = keyID
    }
}

public struct RevokeKeyRequest: Sendable, Equatable {
    public var keyID: String

    public init(keyID: String) {
        self.keyID = keyID
    }
}

/// A Validate as a client asks it. The server reads it in place, as a `ValidateQuestion`.
public struct ValidateRequest: Sendable, Equatable {
    /// The whole token, as presented.
    public var secret: String
    public var clientIP: String
    public var resource: String
    public var action: Action?
    public var httpMethod: String
    public var path: String
    /// Which of the resource's fields are asked for.
    public var fields: [String]
    /// Not to be answered from a state older than this revision; 0 = any.
    public var minRevision: UInt64
    /// Return everything that would deny; consume and record nothing.
    public var explain: Bool

    public init(
        secret: String, clientIP: String = "", resource: String = "", action: Action? = nil, httpMethod: String = "",
        path: String = "", fields: [String] = [], minRevision: UInt64 = 0, explain: Bool = false
    ) {
        self.secret = secret
        self.clientIP = clientIP
        self.resource = resource
        self.action = action
        self.httpMethod = httpMethod
        self.path = path
        self.fields = fields
        self.minRevision = minRevision
        self.explain = explain
    }
}

/// 1 to `Limits.batchValidates` Validates in one call.
public struct ValidateBatchRequest: Sendable, Equatable {
    public var requests: [ValidateRequest]

    public init(requests: [ValidateRequest]) {
        self.requests = requests
    }
}

/// What is done to a resource, by number as in the contract.
public enum Action: UInt32, Sendable, CaseIterable {
    case create = 1
    case read = 2
    case update = 3
    case delete = 4
    case download = 5
}

public struct StreamUsageRequest: Sendable, Equatable {
    /// Begin with what is still kept, instead of with what happens next.
    public var history: Bool
    /// Only this account, key or user; empty = all.
    public var accountID: String
    public var keyID: String
    public var userID: String
    public var deniedOnly: Bool
    public var supersededOnly: Bool
    /// End after the history.
    public var noFollow: Bool
    /// End after this many events; 0 = no limit.
    public var limit: UInt64

    public init(
        history: Bool = false, accountID: String = "", keyID: String = "", userID: String = "",
        deniedOnly: Bool = false, supersededOnly: Bool = false, noFollow: Bool = false, limit: UInt64 = 0
    ) {
        self.history = history
        self.accountID = accountID
        self.keyID = keyID
        self.userID = userID
        self.deniedOnly = deniedOnly
        self.supersededOnly = supersededOnly
        self.noFollow = noFollow
        self.limit = limit
    }
}

public struct GetAccountRequest: Sendable, Equatable {
    public var accountID: String

    public init(accountID: String) {
        self.accountID = accountID
    }
}

public struct UpdateAccountRequest: Sendable, Equatable {
    public var accountID: String
    /// 0 = no cap; `nil` = leave it.
    public var maxActiveKeys: UInt32?

    public init(accountID: String, maxActiveKeys: UInt32?) {
        self.accountID = accountID
        self.maxActiveKeys = maxActiveKeys
    }
}
