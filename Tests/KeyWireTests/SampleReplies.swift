// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// Every reply that this version gives, with each of its fields set and unset.
enum SampleReplies {
    static let time = SampleCalls.time
    static let usageID = UsageID(epoch: 0x0102_0304_0506_0708, serial: 0x090A_0B0C_0D0E_0F10)

    static func id(_ text: String = SampleCalls.keyID) -> KeyID {
        guard let id = KeyID(text) else { preconditionFailure("\(text) is not a key's id") }
        return id
    }

    static let plainKey = Key(
        id: id(), accountID: "acme", userID: "u1", name: "deploy", description: "", hint: "lk_4...yjel",
        status: .active, standing: KeyStanding(), unrestricted: false, createTime: Timestamp(nanoseconds: 0),
        updateTime: Timestamp(nanoseconds: -1), lastUseTime: nil, useCount: 0, secrets: [], revision: 0)

    static let fullKey = Key(
        id: id("zzzzzzzzzzzz"), accountID: "a.b-c_d", userID: "urn:x/1", name: "naïve 🔑", description: "for CI",
        hint: "acme...bGxy", status: .revoked,
        standing: KeyStanding(
            enabled: false, expireTime: Timestamp(nanoseconds: 7_258_118_399_999_999_999), revokeTime: time),
        allowedIPs: ["192.0.2.0/24", "2001:db8::1"],
        grants: [
            Grant(resource: "orders/*", actions: [.read, .download].set, fields: ["total", "naïve 🔑"]),
            Grant(resource: "*", actions: Action.allCases.set),
        ],
        unrestricted: true, rateLimit: RateLimit(requests: 10, perSeconds: 60, burst: .max),
        versionPin: CalendarDate(number: 2024_02_29).map {
            VersionPin(version: $0, changeTime: time, downgradeDeadline: time)
        }, createTime: time, updateTime: Timestamp(nanoseconds: 1_767_225_600_000_000_000),
        lastUseTime: Timestamp(nanoseconds: 1_767_225_600_500_000_000), useCount: .max,
        secrets: [
            SecretGeneration(generation: 3, createTime: time, deadline: nil),
            SecretGeneration(generation: 2, createTime: Timestamp(nanoseconds: 1), deadline: time),
            SecretGeneration(generation: .max, createTime: Timestamp(nanoseconds: 0), deadline: time),
        ],
        revision: .max)

    static let event = UsageEvent(
        time: time, verdict: .valid, keyID: SampleCalls.keyID, name: "deploy", accountID: "acme", userID: "u1",
        clientIP: "203.0.113.7", httpMethod: "GET", path: "/v1/x", resource: "x", httpStatus: 0, generation: 2,
        superseded: true, message: "", usageID: usageID.bytes, caller: "uid:1000")

    static let denial = UsageEvent(
        time: Timestamp(nanoseconds: 0), verdict: .notFound, keyID: "", name: "", accountID: "", userID: "",
        clientIP: "", httpMethod: "", path: "", resource: "", httpStatus: 401, generation: 0, superseded: false,
        message: "no such key", usageID: [], caller: "anonymous")

    static let outcome = UsageOutcome(
        usageID: usageID.bytes, httpStatus: 599, time: time, keyID: SampleCalls.keyID, accountID: "acme", userID: "u1",
        verdict: .valid, superseded: true)

    static let unjoined = UsageOutcome(usageID: usageID.bytes, httpStatus: 100, time: time)

    static let records: [UsageRecord] = [
        UsageRecord(sequence: 1, kind: .event(event)),
        UsageRecord(sequence: 2, kind: .event(denial)),
        UsageRecord(sequence: 3, kind: .outcome(outcome)),
        UsageRecord(sequence: 4, kind: .outcome(unjoined)),
        UsageRecord(sequence: 9, kind: .gap(UsageGap(firstSequence: 3, count: 7, reason: UsageGap.slowReader))),
        UsageRecord(sequence: .max, kind: .live),
        UsageRecord(sequence: 11, kind: .heartbeat(Timestamp(nanoseconds: 1_767_225_600_000_000_001))),
    ]

    static let account = Account(settings: settings, activeKeys: 3, totalKeys: .max)

    static var settings: AccountSettings {
        var settings = AccountSettings(id: "acme", createTime: time)
        settings.maxActiveKeys = 0
        settings.defaultLifetime = .milliseconds(1)
        settings.tokenPrefix = "Acme_1"
        settings.requirePublicIPs = true
        settings.downgradeWindow = .zero
        settings.defaultOverlap = .zero
        settings.updateTime = Timestamp(nanoseconds: 1)
        settings.revision = 12
        return settings
    }

    static let fullValidation = ValidateResponse(
        verdict: .fieldNotAllowed, message: "m", publicMessage: "p", keyID: SampleCalls.keyID, name: "n",
        accountID: "a", userID: "u", generation: 1, revision: 2, httpStatus: 403, allowedFields: ["name", "é"],
        deniedFields: ["salary"], apiVersion: CalendarDate("2026-11-21"), retryAfter: .milliseconds(1_500),
        denials: [.expired, .fieldNotAllowed, .rateLimited])

    static let all: [Reply] = [
        .createKey(CreateKeyResponse(key: plainKey, secret: SampleCalls.token, revision: 1)),
        .createKey(CreateKeyResponse(key: fullKey, secret: "", revision: .max)),
        .getKey(GetKeyResponse(key: fullKey)),
        .listKeys(
            ListKeysResponse(total: .max, keys: [fullKey, plainKey], nextCursor: "a", previousCursor: "b")),
        .listKeys(ListKeysResponse(total: 0, keys: [], nextCursor: "", previousCursor: "")),
        .updateKey(UpdateKeyResponse(key: plainKey, revision: 3)),
        .rekeyKey(RekeyKeyResponse(key: fullKey, secret: SampleCalls.token, revision: 4)),
        .retireSecrets(RetireSecretsResponse(key: plainKey, retired: 3, revision: 5)),
        .retireSecrets(RetireSecretsResponse(key: plainKey, retired: 0, revision: 0)),
        .revokeKey(RevokeKeyResponse(key: fullKey, revision: 6)),
        .revokeAllKeys(RevokeAllKeysResponse(revoked: .max, revision: 7)),
        .revokeAllKeys(RevokeAllKeysResponse(revoked: 0, revision: 0)),
        .validate(ValidateResponse(verdict: .valid)),
        .validate(
            ValidateResponse(
                verdict: .superseded, message: "m", publicMessage: "p", keyID: SampleCalls.keyID, name: "n",
                accountID: "a", userID: "u", expireTime: time, generation: .max, superseded: true,
                supersededDeadline: time, revision: .max, usageID: usageID.bytes, httpStatus: 401)),
        .validate(fullValidation),
        .validateBatch(ValidateBatchResponse(responses: [])),
        .validateBatch(ValidateBatchResponse(responses: [ValidateResponse(verdict: .valid), fullValidation])),
        .reportOutcome(ReportOutcomeResponse(accepted: 0)),
        .reportOutcome(ReportOutcomeResponse(accepted: .max)),
        .streamUsage(records),
        .streamUsage([]),
        .getAccount(GetAccountResponse(account: account)),
        .updateAccount(UpdateAccountResponse(account: account, revision: 13)),
        .listAccounts(ListAccountsResponse(accounts: [account], nextCursor: "acme")),
        .listAccounts(ListAccountsResponse(accounts: [], nextCursor: "")),
        .importKeys(
            ImportKeysResponse(results: [
                ImportResult(keyID: SampleCalls.keyID),
                ImportResult(keyID: "", reason: .activeKeyLimit, message: "m"),
            ])),
        .importKeys(ImportKeysResponse(results: [])),
        .whoAmI(WhoAmIResponse(caller: "uid:1000", peer: "unix")),
        .whoAmI(WhoAmIResponse(caller: "", peer: "")),
        .whoAmI(
            WhoAmIResponse(
                caller: SampleCalls.keyID, peer: "127.0.0.1:5", keyID: SampleCalls.keyID, name: "n",
                grants: [Grant(resource: "acme/keys", actions: [.create, .read].set)], expireTime: time)),
        .health(HealthResponse(serving: true, revision: 8, keys: 9, version: "1.2.3", startTime: time)),
        .health(
            HealthResponse(serving: false, revision: 0, keys: 0, version: "", startTime: Timestamp(nanoseconds: 0))),
        .snapshot(SnapshotResponse(revision: 10, sizeBytes: .max)),
        .snapshot(SnapshotResponse(revision: 0, sizeBytes: 0)),
    ]
}

extension Array where Element == Action {
    var set: ActionSet { ActionSet(self) }
}
