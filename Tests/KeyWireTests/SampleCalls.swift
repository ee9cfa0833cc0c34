// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// Every call that this version makes, with each of its fields set and unset.
enum SampleCalls {
    static let token = "lk_4mVb0QzYx1Ab0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0kyjel"
    static let keyID = "4mVb0QzYx1Ab"
    static let time = Timestamp(nanoseconds: 1_767_225_600_123_456_789)

    static let createKey: [Call] = [
        .createKey(CreateKeyRequest(accountID: "acme", userID: "u1", name: "deploy", unrestricted: true)),
        .createKey(
            CreateKeyRequest(
                accountID: "a.b-c_d", userID: "urn:x/1", name: "naïve 🔑", description: "for CI", unrestricted: false,
                expiry: .at(time))),
        .createKey(
            CreateKeyRequest(accountID: "", userID: "", name: "", unrestricted: false, expiry: .lifetime(.days(30)))),
        .createKey(
            CreateKeyRequest(
                accountID: "acme", userID: "u1", name: String(repeating: "🔑", count: 100),
                description: String(repeating: "中", count: 200), unrestricted: true, expiry: .never)),
        .createKey(
            CreateKeyRequest(
                accountID: "acme", userID: "u1", name: "n", allowedIPs: ["10.0.0.0/8", "2001:db8::1"], grants: grants,
                apiVersion: "2024-02-29", rateLimit: RateLimit(requests: 1, perSeconds: 2, burst: 3),
                requestID: requestID)),
    ]

    static let grants = [
        Grant(resource: "orders/*", actions: [.read, .download].set, fields: ["total", "naïve 🔑"]),
        Grant(resource: "*", actions: Action.allCases.set),
    ]
    static let requestID = Array(UInt8(0)..<64)

    static let updateKey: [Call] = [
        .updateKey(UpdateKeyRequest(keyID: keyID, name: "other")),
        .updateKey(UpdateKeyRequest(keyID: keyID, name: "")),
        .updateKey(UpdateKeyRequest(keyID: keyID, description: "")),
        .updateKey(UpdateKeyRequest(keyID: keyID, description: "text", enabled: false)),
        .updateKey(UpdateKeyRequest(keyID: keyID, enabled: true)),
        .updateKey(UpdateKeyRequest(keyID: keyID, expiry: .at(Timestamp(nanoseconds: 1)))),
        .updateKey(UpdateKeyRequest(keyID: keyID, expiry: .lifetime(.milliseconds(1)))),
        .updateKey(
            UpdateKeyRequest(keyID: keyID, name: "n", description: "d", enabled: true, expiry: .never)),
        .updateKey(
            UpdateKeyRequest(
                keyID: keyID, userID: "u2", allowedIPs: ["10.0.0.1"], grants: grants, apiVersion: "2026-01-01",
                rateLimit: .set(RateLimit(requests: 5, perSeconds: 60)), expectedRevision: .max, requestID: requestID)),
        .updateKey(
            UpdateKeyRequest(keyID: keyID, allowedIPs: [], grants: [], unrestricted: true, rateLimit: .clear)),
        .updateKey(UpdateKeyRequest(keyID: keyID, unrestricted: false)),
    ]

    static let others: [Call] = [
        .getKey(GetKeyRequest(keyID: keyID)),
        .getKey(GetKeyRequest(keyID: "")),
        .rekeyKey(RekeyKeyRequest(keyID: keyID)),
        .rekeyKey(RekeyKeyRequest(keyID: keyID, overlap: .zero)),
        .rekeyKey(RekeyKeyRequest(keyID: keyID, overlap: TimeSpan(nanoseconds: 3_600_000_000_001))),
        .rekeyKey(RekeyKeyRequest(keyID: keyID, overlap: TimeSpan(nanoseconds: -1_500_000_000))),
        .rekeyKey(RekeyKeyRequest(keyID: keyID, expectedRevision: 7, requestID: requestID)),
        .retireSecrets(RetireSecretsRequest(keyID: keyID)),
        .retireSecrets(RetireSecretsRequest(keyID: keyID, expectedRevision: 7, requestID: requestID)),
        .revokeKey(RevokeKeyRequest(keyID: keyID)),
        .revokeKey(RevokeKeyRequest(keyID: keyID, expectedRevision: .max, requestID: requestID)),
        .revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: .max, requestID: requestID)),
        .revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 0)),
        .listKeys(ListKeysRequest(accountID: "acme")),
        .listKeys(ListKeysRequest(accountID: "acme", filter: .all, limit: 100, startingAfter: keyID)),
        .listKeys(
            ListKeysRequest(accountID: "acme", filter: .inactive, limit: .max, endingBefore: keyID, offset: .max)),
        .streamUsage(StreamUsageRequest()),
        .streamUsage(
            StreamUsageRequest(
                history: true, accountID: "acme", keyID: keyID, userID: "u1", deniedOnly: true, supersededOnly: true,
                noFollow: true, limit: .max)),
        .streamUsage(
            StreamUsageRequest(
                afterSequence: .max, afterTime: Timestamp(nanoseconds: 1_767_225_600_000_000_001),
                verdicts: [.valid, .rateLimited], noFollow: true, newestFirst: true)),
        .getAccount(GetAccountRequest(accountID: "acme")),
        .updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0)),
        .updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: .max)),
        .updateAccount(
            UpdateAccountRequest(
                accountID: "acme", maxActiveKeys: 7, defaultLifetime: .days(1), tokenPrefix: "acme",
                requirePublicIPs: true, downgradeWindow: .zero, defaultOverlap: .hours(1), expectedRevision: 9,
                requestID: requestID)),
        .updateAccount(UpdateAccountRequest(accountID: "acme", requirePublicIPs: false)),
        .listAccounts(ListAccountsRequest()),
        .listAccounts(ListAccountsRequest(limit: 100, startingAfter: "acme")),
        .importKeys(
            ImportKeysRequest(
                keys: [
                    ImportedKey(
                        tokenSHA256: Array(0..<32), hint: "sk_lcafe", accountID: "acme", userID: "u1", name: "old",
                        description: "d", allowedIPs: ["10.0.0.0/8"], grants: grants, unrestricted: true,
                        apiVersion: "2024-02-29", expireTime: time, revokeTime: time, createTime: time,
                        rateLimit: RateLimit(requests: 1, perSeconds: 2, burst: 3)),
                    ImportedKey(tokenSHA256: [], accountID: "", userID: "", name: ""),
                ], dryRun: true)),
        .importKeys(ImportKeysRequest(keys: [])),
        .whoAmI,
        .health,
        .snapshot,
    ]

    static let validate: [ValidateRequest] = [
        ValidateRequest(secret: token),
        ValidateRequest(secret: ""),
        ValidateRequest(
            secret: token, clientIP: "203.0.113.7", resource: "invoices/2026/é", action: .download, httpMethod: "GET",
            path: "/v1/invoices?x=1"),
        ValidateRequest(
            secret: String(repeating: "x", count: 4_000), clientIP: "2001:db8::ffff:192.0.2.128",
            resource: String(repeating: "r", count: 256), action: .create,
            httpMethod: String(repeating: "M", count: 16), path: "/" + String(repeating: "p", count: 1_023)),
        ValidateRequest(
            secret: token, clientIP: "::ffff:203.0.113.7", resource: "r", httpMethod: "HEAD",
            fields: ["name", "é", String(repeating: "f", count: 128)], minRevision: .max, explain: true),
    ]

    static let batches: [ValidateBatchRequest] = [
        ValidateBatchRequest(requests: [validate[0]]), ValidateBatchRequest(requests: validate + validate),
        ValidateBatchRequest(
            requests: (0..<100).map { ValidateRequest(secret: "x", resource: "\($0)", minRevision: UInt64($0)) }),
    ]

    static let reports: [ReportOutcomeRequest] = [
        ReportOutcomeRequest(outcomes: [ReportedOutcome(usageID: Array(1...16), httpStatus: 100)]),
        ReportOutcomeRequest(
            outcomes: (0..<1_000).map {
                ReportedOutcome(usageID: UsageID(epoch: .max, serial: $0).bytes, httpStatus: UInt32(100 + $0 % 500))
            }),
    ]

    static var all: [Call] {
        createKey + updateKey + others + validate.map(Call.validate) + batches.map(Call.validateBatch)
            + reports.map(Call.reportOutcome)
    }
}
