// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Takes over keys of another system, each by the SHA-256 of its token. A key that is there already is left as it is, so
/// that an import can be repeated.
public struct ImportKeysRequest: Sendable, Equatable {
    /// 1 to `Limits.importedKeys`.
    public var keys: [ImportedKey]
    /// Check everything, change nothing.
    public var dryRun: Bool

    public init(keys: [ImportedKey], dryRun: Bool = false) {
        self.keys = keys
        self.dryRun = dryRun
    }
}

public struct ImportedKey: Sendable, Equatable {
    /// SHA-256 of the whole token, 32 bytes.
    public var tokenSHA256: [UInt8]
    /// Up to 8 characters of the token: its first and its last.
    public var hint: String
    public var accountID: String
    public var userID: String
    public var name: String
    public var description: String
    public var allowedIPs: [String]
    public var grants: [Grant]
    public var unrestricted: Bool
    public var apiVersion: String
    /// `nil` = it never expires.
    public var expireTime: Timestamp?
    /// `nil` = it is not revoked.
    public var revokeTime: Timestamp?
    /// `nil` = now.
    public var createTime: Timestamp?
    public var rateLimit: RateLimit?

    public init(
        tokenSHA256: [UInt8], hint: String = "", accountID: String, userID: String, name: String,
        description: String = "", allowedIPs: [String] = [], grants: [Grant] = [], unrestricted: Bool = false,
        apiVersion: String = "", expireTime: Timestamp? = nil, revokeTime: Timestamp? = nil,
        createTime: Timestamp? = nil, rateLimit: RateLimit? = nil
    ) {
        self.tokenSHA256 = tokenSHA256
        self.hint = hint
        self.accountID = accountID
        self.userID = userID
        self.name = name
        self.description = description
        self.allowedIPs = allowedIPs
        self.grants = grants
        self.unrestricted = unrestricted
        self.apiVersion = apiVersion
        self.expireTime = expireTime
        self.revokeTime = revokeTime
        self.createTime = createTime
        self.rateLimit = rateLimit
    }

    /// The request that would make it, but for what only an import can say.
    public var request: CreateKeyRequest {
        CreateKeyRequest(
            accountID: accountID, userID: userID, name: name, description: description, allowedIPs: allowedIPs,
            grants: grants, unrestricted: unrestricted, apiVersion: apiVersion,
            expiry: expireTime.map(Expiry.at) ?? .never, rateLimit: rateLimit)
    }

    /// Everything that is wrong with it; the times are held against `now`.
    public func violations(at now: Timestamp) -> [FieldViolation] {
        var found = request.violations
        // Callers are made, not taken over: what is made is held against what its maker may do.
        if accountID == AccountSettings.callersID, let wrong = FieldRule.accountID(accountID) {
            found.append(FieldViolation("account_id", wrong))
        }
        if tokenSHA256.count != 32 { found.append(FieldViolation("token_sha256", "must be 32 bytes")) }
        if let wrong = FieldRule.importedHint(hint) { found.append(FieldViolation("hint", wrong)) }
        for (field, time) in [("revoke_time", revokeTime), ("create_time", createTime)] {
            if let time, time > now || time < Timestamp(nanoseconds: 0) {
                found.append(FieldViolation(field, "must lie between 1970 and now"))
            }
        }
        return found
    }
}

public struct ImportKeysResponse: Sendable, Equatable {
    /// In the order of the request.
    public var results: [ImportResult]

    public init(results: [ImportResult]) {
        self.results = results
    }
}

/// What became of one imported key.
public struct ImportResult: Sendable, Equatable {
    /// The id it was given, or has already; empty when it has none.
    public var keyID: String
    /// Why it was not imported; empty = it was.
    public var reason: Reason
    /// What is wrong, for a person.
    public var message: String

    public init(keyID: String, reason: Reason = Reason(rawValue: ""), message: String = "") {
        self.keyID = keyID
        self.reason = reason
        self.message = message
    }

    public var isImported: Bool { reason.rawValue.isEmpty }
}
