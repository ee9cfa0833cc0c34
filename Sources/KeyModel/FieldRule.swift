// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The rules for what a request's fields may hold, each in one place. A rule returns what is wrong, or `nil`.
public enum FieldRule {
    /// 1 to 63 of [a-z0-9][a-z0-9._-]*, and not the reserved name.
    public static func accountID(_ text: String) -> String? {
        if text == AccountSettings.callersID { return "is reserved; choose another name" }
        return accountIDOrCallers(text)
    }

    /// Likewise, or the callers' account.
    static func accountIDOrCallers(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        func isPlain(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 26 }
        guard let first = bytes.first else { return "required" }
        guard bytes.count <= Limits.accountIDBytes, isPlain(first),
            bytes.allSatisfy({ isPlain($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
        else { return "must be 1 to 63 characters: [a-z0-9] first, then [a-z0-9._-]" }
        return nil
    }

    /// 12 characters of base62.
    public static func keyID(_ text: String) -> String? {
        if text.isEmpty { return "required" }
        return KeyID(text) == nil ? "must be the 12 characters [0-9A-Za-z] of a key's id" : nil
    }

    /// 1 to 128 bytes of free text.
    public static func userID(_ text: String) -> String? {
        if text.isEmpty { return "required" }
        if text.utf8.count > Limits.userIDBytes { return "must be at most \(Limits.userIDBytes) bytes" }
        return controlCharacters(text)
    }

    /// 1 to 100 characters of free text.
    public static func name(_ text: String) -> String? {
        text.isEmpty ? "required" : freeText(text, atMost: Limits.nameCharacters)
    }

    /// Empty, or 1 to 200 characters of free text.
    public static func description(_ text: String) -> String? {
        freeText(text, atMost: Limits.descriptionCharacters)
    }

    /// When a key may end.
    public static func expiry(_ expiry: Expiry) -> FieldViolation? {
        switch expiry {
        case .at(let time):
            guard time > Timestamp(nanoseconds: 0), time < Limits.latestTime else {
                return FieldViolation("expire_time", "must lie between 1970 and 2200; use never_expires for no end")
            }
        case .lifetime(let span):
            guard span >= Limits.shortestLifetime, span <= Limits.longestSpan else {
                return FieldViolation("lifetime", "must be at least 1 ms and at most 100 years")
            }
        case .never: break
        }
        return nil
    }

    /// When something may have happened.
    static func pastTime(_ time: Timestamp) -> String? {
        time >= Timestamp(nanoseconds: 0) && time < Limits.latestTime ? nil : "must lie between 1970 and 2200"
    }

    /// Zero to 30 days.
    public static func overlap(_ span: TimeSpan) -> String? {
        span >= .zero && span <= Limits.longestOverlap ? nil : "must be 0 to 30 days; zero ends every old secret now"
    }

    /// 1 to 16 of [A-Za-z0-9_].
    public static func tokenPrefix(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let isGood = bytes.allSatisfy { $0 == 0x5F || $0 &- 0x30 < 10 || $0 &- 0x41 < 26 || $0 &- 0x61 < 26 }
        return !bytes.isEmpty && bytes.count <= Limits.tokenPrefixCharacters && isGood
            ? nil : "must be 1 to \(Limits.tokenPrefixCharacters) of [A-Za-z0-9_]"
    }

    /// A date of the calendar.
    public static func apiVersion(_ text: String) -> String? {
        CalendarDate(text) == nil ? "must be YYYY-MM-DD, a date of the calendar" : nil
    }

    /// Empty, or 16 to 64 bytes.
    public static func requestID(_ bytes: [UInt8]) -> String? {
        bytes.isEmpty || Limits.requestIDBytes.contains(bytes.count) ? nil : "must be 16 to 64 bytes, best random ones"
    }

    /// Up to 8 characters of a token of another system.
    public static func importedHint(_ text: String) -> String? {
        freeText(text, atMost: Limits.importedHintCharacters)
    }

    /// 0 to 100; 0 = the default.
    public static func pageLimit(_ limit: UInt32) -> String? {
        limit <= Limits.longestPage ? nil : "must be 1 to \(Limits.longestPage), or 0 for \(Limits.defaultPage)"
    }

    /// Empty, or a key's id.
    public static func cursor(_ text: String) -> String? {
        text.isEmpty || KeyID(text) != nil ? nil : "must be a key's id, as a page gave it"
    }

    private static func freeText(_ text: String, atMost count: Int) -> String? {
        if text.unicodeScalars.count > count { return "must be at most \(count) characters" }
        return controlCharacters(text)
    }

    static func controlCharacters(_ text: String) -> String? {
        let found = text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        return found ? "must not hold control characters" : nil
    }
}

/// A request that can be checked by itself, before the store is asked.
public protocol CheckedRequest {
    /// Everything that is wrong with it.
    var violations: [FieldViolation] { get }
}

extension CheckedRequest {
    /// Throws INVALID_ARGUMENT with every field that is wrong.
    public func check() throws(Refusal) {
        let violations = violations
        if !violations.isEmpty { throw .invalid(violations) }
    }
}

private func collect(_ results: [(String, String?)]) -> [FieldViolation] {
    results.compactMap { field, wrong in wrong.map { FieldViolation(field, $0) } }
}

extension CreateKeyRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        var found = collect([
            ("account_id", FieldRule.accountIDOrCallers(accountID)), ("user_id", FieldRule.userID(userID)),
            ("name", FieldRule.name(name)), ("description", FieldRule.description(description)),
            ("api_version", apiVersion.isEmpty ? nil : FieldRule.apiVersion(apiVersion)),
            ("request_id", FieldRule.requestID(requestID)),
        ])
        if unrestricted == !grants.isEmpty {
            found.append(
                FieldViolation(
                    "unrestricted",
                    unrestricted
                        ? "excludes grants; leave one of them out"
                        : "a key has grants or is unrestricted; give grants, or set this to true"))
        }
        found += FieldRule.allowedIPs(allowedIPs).violations + FieldRule.grants(grants)
        if let rateLimit { found += FieldRule.rateLimit(rateLimit) }
        if let wrong = expiry.flatMap(FieldRule.expiry) { found.append(wrong) }
        return found
    }
}

extension UpdateKeyRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        var found = collect([
            ("key_id", FieldRule.keyID(keyID)), ("name", name.flatMap(FieldRule.name)),
            ("description", description.flatMap(FieldRule.description)), ("user_id", userID.flatMap(FieldRule.userID)),
            ("api_version", apiVersion.flatMap(FieldRule.apiVersion)), ("request_id", FieldRule.requestID(requestID)),
        ])
        if let grants {
            found += FieldRule.grants(grants)
            if !grants.isEmpty, unrestricted == true {
                found.append(FieldViolation("unrestricted", "excludes grants; name one of them"))
            }
            if grants.isEmpty, unrestricted != true {
                found.append(
                    FieldViolation(
                        "grants", "a key without grants must be made unrestricted by name; revoke it, or do so")
                )
            }
        }
        found += allowedIPs.map { FieldRule.allowedIPs($0).violations } ?? []
        found += rateLimit?.value.map(FieldRule.rateLimit) ?? []
        if let wrong = expiry.flatMap(FieldRule.expiry) { found.append(wrong) }
        return found
    }
}

extension RekeyKeyRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([
            ("key_id", FieldRule.keyID(keyID)), ("overlap", overlap.flatMap(FieldRule.overlap)),
            ("request_id", FieldRule.requestID(requestID)),
        ])
    }
}

extension GetKeyRequest: CheckedRequest {
    public var violations: [FieldViolation] { collect([("key_id", FieldRule.keyID(keyID))]) }
}

extension ListKeysRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        var found = collect([
            ("account_id", FieldRule.accountIDOrCallers(accountID)), ("limit", FieldRule.pageLimit(limit)),
            ("starting_after", FieldRule.cursor(startingAfter)), ("ending_before", FieldRule.cursor(endingBefore)),
        ])
        let given = [
            ("starting_after", !startingAfter.isEmpty), ("ending_before", !endingBefore.isEmpty),
            ("offset", offset > 0),
        ].filter(\.1).map(\.0)
        found += given.dropFirst().map { FieldViolation($0, "excludes \(given[0]); give one of them") }
        return found
    }
}

extension RetireSecretsRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([("key_id", FieldRule.keyID(keyID)), ("request_id", FieldRule.requestID(requestID))])
    }
}

extension RevokeKeyRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([("key_id", FieldRule.keyID(keyID)), ("request_id", FieldRule.requestID(requestID))])
    }
}

extension RevokeAllKeysRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([("account_id", FieldRule.accountID(accountID)), ("request_id", FieldRule.requestID(requestID))])
    }
}

extension ImportKeysRequest: CheckedRequest {
    /// Each key's own are told in its result.
    public var violations: [FieldViolation] {
        (1...Limits.importedKeys).contains(keys.count)
            ? [] : [FieldViolation("keys", "must be 1 to \(Limits.importedKeys)")]
    }
}

extension GetAccountRequest: CheckedRequest {
    public var violations: [FieldViolation] { collect([("account_id", FieldRule.accountIDOrCallers(accountID))]) }
}

extension ListAccountsRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([
            ("limit", FieldRule.pageLimit(limit)),
            ("starting_after", startingAfter.isEmpty ? nil : FieldRule.accountID(startingAfter)),
        ])
    }
}

extension UpdateAccountRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        var found = collect([
            ("account_id", FieldRule.accountID(accountID)),
            ("token_prefix", tokenPrefix.flatMap(FieldRule.tokenPrefix)),
            ("default_overlap", defaultOverlap.flatMap(FieldRule.overlap)),
            ("request_id", FieldRule.requestID(requestID)),
        ])
        if let defaultLifetime, let wrong = FieldRule.expiry(.lifetime(defaultLifetime)) {
            found.append(FieldViolation("default_lifetime", wrong.description))
        }
        if let downgradeWindow, downgradeWindow < .zero || downgradeWindow > Limits.longestDowngradeWindow {
            found.append(FieldViolation("api_version_downgrade_window", "must be 0 to 365 days"))
        }
        return found
    }
}

extension StreamUsageRequest: CheckedRequest {
    public var violations: [FieldViolation] {
        collect([
            ("account_id", accountID.isEmpty ? nil : FieldRule.accountIDOrCallers(accountID)),
            ("key_id", keyID.isEmpty ? nil : FieldRule.keyID(keyID)),
            ("user_id", userID.isEmpty ? nil : FieldRule.userID(userID)),
            ("after_time", afterTime.flatMap(FieldRule.pastTime)),
            ("newest_first", newestFirst && !noFollow ? "goes only with no_follow" : nil),
        ])
    }
}
