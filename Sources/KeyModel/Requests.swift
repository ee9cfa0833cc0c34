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
    /// Addresses and CIDR blocks; empty = any.
    public var allowedIPs: [String]
    /// Either these or `unrestricted`.
    public var grants: [Grant]
    public var unrestricted: Bool
    /// YYYY-MM-DD; empty = none.
    public var apiVersion: String
    /// `nil` = the account's default lifetime.
    public var expiry: Expiry?
    public var rateLimit: RateLimit?
    /// Makes a retry safe; empty = it is not.
    public var requestID: [UInt8]

    public init(
        accountID: String, userID: String, name: String, description: String = "", allowedIPs: [String] = [],
        grants: [Grant] = [], unrestricted: Bool = false, apiVersion: String = "", expiry: Expiry? = nil,
        rateLimit: RateLimit? = nil, requestID: [UInt8] = []
    ) {
        self.accountID = accountID
        self.userID = userID
        self.name = name
        self.description = description
        self.allowedIPs = allowedIPs
        self.grants = grants
        self.unrestricted = unrestricted
        self.apiVersion = apiVersion
        self.expiry = expiry
        self.rateLimit = rateLimit
        self.requestID = requestID
    }
}

public struct GetKeyRequest: Sendable, Equatable {
    public var keyID: String

    public init(keyID: String) {
        self.keyID = keyID
    }
}

/// A field to set, of those that can be taken away.
public enum Setting<Value: Sendable & Equatable>: Sendable, Equatable {
    case set(Value)
    case clear

    /// `nil` = it is taken away.
    public var value: Value? {
        switch self {
        case .set(let value): value
        case .clear: nil
        }
    }
}

/// Which fields to change: those that are not `nil`.
public struct UpdateKeyRequest: Sendable, Equatable {
    public var keyID: String
    public var name: String?
    /// Empty takes it away.
    public var description: String?
    public var userID: String?
    public var enabled: Bool?
    /// Replaces the list; empty = any.
    public var allowedIPs: [String]?
    /// Replaces the list; some restrict an unrestricted key, none need `unrestricted`.
    public var grants: [Grant]?
    /// True takes the grants away.
    public var unrestricted: Bool?
    /// YYYY-MM-DD.
    public var apiVersion: String?
    public var expiry: Expiry?
    public var rateLimit: Setting<RateLimit>?
    /// Refuse unless the key's revision is this; 0 = any.
    public var expectedRevision: UInt64
    /// Makes a retry safe; empty = it is not.
    public var requestID: [UInt8]

    public init(
        keyID: String, name: String? = nil, description: String? = nil, userID: String? = nil, enabled: Bool? = nil,
        allowedIPs: [String]? = nil, grants: [Grant]? = nil, unrestricted: Bool? = nil, apiVersion: String? = nil,
        expiry: Expiry? = nil, rateLimit: Setting<RateLimit>? = nil, expectedRevision: UInt64 = 0,
        requestID: [UInt8] = []
    ) {
        self.keyID = keyID
        self.name = name
        self.description = description
        self.userID = userID
        self.enabled = enabled
        self.allowedIPs = allowedIPs
        self.grants = grants
        self.unrestricted = unrestricted
        self.apiVersion = apiVersion
        self.expiry = expiry
        self.rateLimit = rateLimit
        self.expectedRevision = expectedRevision
        self.requestID = requestID
    }

    /// Whether it does nothing but deactivate the key.
    public var onlyDisables: Bool {
        self == Self(keyID: keyID, enabled: false, expectedRevision: expectedRevision, requestID: requestID)
    }
}

public struct RekeyKeyRequest: Sendable, Equatable {
    public var keyID: String
    /// How long the old secret goes on working; `nil` = the account's default, zero = every old secret ends now.
    public var overlap: TimeSpan?
    /// Refuse unless the key's revision is this; 0 = any.
    public var expectedRevision: UInt64
    public var requestID: [UInt8]

    public init(keyID: String, overlap: TimeSpan? = nil, expectedRevision: UInt64 = 0, requestID: [UInt8] = []) {
        self.keyID = keyID
        self.overlap = overlap
        self.expectedRevision = expectedRevision
        self.requestID = requestID
    }
}

public struct RetireSecretsRequest: Sendable, Equatable {
    public var keyID: String
    /// Refuse unless the key's revision is this; 0 = any.
    public var expectedRevision: UInt64
    public var requestID: [UInt8]

    public init(keyID: String, expectedRevision: UInt64 = 0, requestID: [UInt8] = []) {
        self.keyID = keyID
        self.expectedRevision = expectedRevision
        self.requestID = requestID
    }
}

public struct RevokeKeyRequest: Sendable, Equatable {
    public var keyID: String
    /// Refuse unless the key's revision is this; 0 = any.
    public var expectedRevision: UInt64
    public var requestID: [UInt8]

    public init(keyID: String, expectedRevision: UInt64 = 0, requestID: [UInt8] = []) {
        self.keyID = keyID
        self.expectedRevision = expectedRevision
        self.requestID = requestID
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
    /// Begin with what is still kept, instead of with what happens next. So do the next two.
    public var history: Bool
    /// Only what comes behind this sequence; 0 = not asked.
    public var afterSequence: UInt64
    /// Only what happened then or later.
    public var afterTime: Timestamp?
    /// Only this account, key or user; empty = all.
    public var accountID: String
    public var keyID: String
    public var userID: String
    /// Only these; empty = all.
    public var verdicts: [Verdict]
    public var deniedOnly: Bool
    public var supersededOnly: Bool
    /// End after the history.
    public var noFollow: Bool
    /// End after this many events; 0 = no limit.
    public var limit: UInt64
    /// The history backwards; only with `noFollow`.
    public var newestFirst: Bool

    /// Whether it asks for anything that has happened before.
    public var looksBack: Bool { history || afterSequence > 0 || afterTime != nil || newestFirst }

    public init(
        history: Bool = false, afterSequence: UInt64 = 0, afterTime: Timestamp? = nil, accountID: String = "",
        keyID: String = "", userID: String = "", verdicts: [Verdict] = [], deniedOnly: Bool = false,
        supersededOnly: Bool = false, noFollow: Bool = false, limit: UInt64 = 0, newestFirst: Bool = false
    ) {
        self.history = history
        self.afterSequence = afterSequence
        self.afterTime = afterTime
        self.accountID = accountID
        self.keyID = keyID
        self.userID = userID
        self.verdicts = verdicts
        self.deniedOnly = deniedOnly
        self.supersededOnly = supersededOnly
        self.noFollow = noFollow
        self.limit = limit
        self.newestFirst = newestFirst
    }
}
