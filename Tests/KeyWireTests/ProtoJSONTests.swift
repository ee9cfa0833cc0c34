// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

/// The texts are those of Python's protobuf (json_format, defaults included), in the order of the fields' numbers.
@Suite struct ProtoJSONTests {
    private func expect(_ reply: Reply, _ text: String) {
        #expect(ProtoJSON.text(reply) == text.split(separator: "\n").joined())
    }

    @Test("R15: a whole key as JSON: 64-bit integers as strings, enums by name, times in RFC 3339")
    func fullKey() {
        expect(
            .getKey(GetKeyResponse(key: SampleReplies.fullKey)),
            """
            {"key":{"id":"zzzzzzzzzzzz","accountId":"a.b-c_d","userId":"urn:x/1","name":"naïve 🔑",
            "description":"for CI","hint":"acme...bGxy","status":"KEY_STATUS_REVOKED","enabled":false,
            "allowedIps":["192.0.2.0/24","2001:db8::1"],"grants":[{"resource":"orders/*","actions":["ACTION_READ",
            "ACTION_DOWNLOAD"],"fields":["total","naïve 🔑"]},{"resource":"*","actions":["ACTION_CREATE",
            "ACTION_READ","ACTION_UPDATE","ACTION_DELETE","ACTION_DOWNLOAD"],"fields":[]}],"unrestricted":true,
            "apiVersion":"2024-02-29","apiVersionChangeTime":"2026-01-01T00:00:00.123456789Z",
            "apiVersionDowngradeDeadline":"2026-01-01T00:00:00.123456789Z",
            "createTime":"2026-01-01T00:00:00.123456789Z","updateTime":"2026-01-01T00:00:00Z",
            "expireTime":"2199-12-31T23:59:59.999999999Z","revokeTime":"2026-01-01T00:00:00.123456789Z",
            "lastUseTime":"2026-01-01T00:00:00.500Z","useCount":"18446744073709551615","secrets":[{"generation":3,
            "createTime":"2026-01-01T00:00:00.123456789Z"},{"generation":2,
            "createTime":"1970-01-01T00:00:00.000000001Z","deadline":"2026-01-01T00:00:00.123456789Z"},
            {"generation":4294967295,"createTime":"1970-01-01T00:00:00Z",
            "deadline":"2026-01-01T00:00:00.123456789Z"}],"revision":"18446744073709551615",
            "rateLimit":{"requests":10,"perSeconds":60,"burst":4294967295}}}
            """)
    }

    @Test("R3: the answer to CreateKey as JSON has the whole token in secret; defaults are included")
    func createKey() {
        expect(
            .createKey(CreateKeyResponse(key: SampleReplies.plainKey, secret: SampleCalls.token, revision: 1)),
            """
            {"key":{"id":"4mVb0QzYx1Ab","accountId":"acme","userId":"u1","name":"deploy","description":"",
            "hint":"lk_4...yjel","status":"KEY_STATUS_ACTIVE","enabled":true,"allowedIps":[],"grants":[],
            "unrestricted":false,"apiVersion":"","createTime":"1970-01-01T00:00:00Z",
            "updateTime":"1969-12-31T23:59:59.999999999Z","useCount":"0","secrets":[],"revision":"0"},
            "secret":"lk_4mVb0QzYx1Ab0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0kyjel","revision":"1"}
            """)
    }

    @Test("a denial as JSON: bytes in base64")
    func denial() {
        expect(
            .validate(
                ValidateResponse(
                    verdict: .superseded, message: "m", publicMessage: "p", keyID: SampleCalls.keyID, name: "n",
                    accountID: "a", userID: "u", expireTime: SampleReplies.time, generation: .max, superseded: true,
                    supersededDeadline: SampleReplies.time, revision: .max, usageID: SampleReplies.usageID.bytes,
                    httpStatus: 401)),
            """
            {"verdict":"VERDICT_SUPERSEDED","message":"m","publicMessage":"p","keyId":"4mVb0QzYx1Ab","name":"n",
            "accountId":"a","userId":"u","allowedFields":[],"apiVersion":"",
            "expireTime":"2026-01-01T00:00:00.123456789Z","generation":4294967295,"superseded":true,
            "supersededDeadline":"2026-01-01T00:00:00.123456789Z","revision":"18446744073709551615",
            "usageId":"AQIDBAUGBwgJCgsMDQ4PEA==","httpStatus":401,"denials":[],"deniedFields":[]}
            """)
    }

    @Test("an answer with nothing set as JSON: defaults are included, unset messages are not")
    func defaults() {
        expect(
            .validate(ValidateResponse(verdict: .valid)),
            """
            {"verdict":"VERDICT_VALID","message":"","publicMessage":"","keyId":"","name":"","accountId":"",
            "userId":"","allowedFields":[],"apiVersion":"","generation":0,"superseded":false,"revision":"0",
            "usageId":"","httpStatus":0,"denials":[],"deniedFields":[]}
            """)
    }

    @Test("usage records as JSON: the member of a oneof that is set, and no other")
    func usage() {
        expect(
            .streamUsage(SampleReplies.records.filter { $0.sequence != 2 }),
            """
            {"records":[{"sequence":"1","event":{"time":"2026-01-01T00:00:00.123456789Z","verdict":"VERDICT_VALID",
            "keyId":"4mVb0QzYx1Ab","name":"deploy","accountId":"acme","userId":"u1","clientIp":"203.0.113.7",
            "httpMethod":"GET","path":"/v1/x","resource":"x","httpStatus":0,"generation":2,"superseded":true,
            "message":"","usageId":"AQIDBAUGBwgJCgsMDQ4PEA==","caller":"uid:1000"}},{"sequence":"3",
            "outcome":{"usageId":"AQIDBAUGBwgJCgsMDQ4PEA==","httpStatus":599,"time":"2026-01-01T00:00:00.123456789Z",
            "keyId":"4mVb0QzYx1Ab","accountId":"acme","userId":"u1","verdict":"VERDICT_VALID","superseded":true}},
            {"sequence":"4","outcome":{"usageId":"AQIDBAUGBwgJCgsMDQ4PEA==","httpStatus":100,
            "time":"2026-01-01T00:00:00.123456789Z","keyId":"","accountId":"","userId":"",
            "verdict":"VERDICT_UNSPECIFIED","superseded":false}},{"sequence":"9",
            "gap":{"firstSequence":"3","count":"7","reason":"SLOW_READER"}},{"sequence":"18446744073709551615",
            "live":{}},{"sequence":"11","heartbeat":{"time":"2026-01-01T00:00:00.000000001Z"}}]}
            """)
    }

    @Test("an account as JSON: durations in seconds")
    func account() {
        expect(
            .updateAccount(UpdateAccountResponse(account: SampleReplies.account, revision: 13)),
            """
            {"account":{"id":"acme","maxActiveKeys":0,"activeKeys":"3","totalKeys":"18446744073709551615",
            "defaultLifetime":"0.001s","tokenPrefix":"Acme_1","requirePublicIps":true,
            "apiVersionDowngradeWindow":"0s","defaultOverlap":"0s",
            "createTime":"2026-01-01T00:00:00.123456789Z","updateTime":"1970-01-01T00:00:00.000000001Z",
            "revision":"12"},"revision":"13"}
            """)
    }

    @Test("health as JSON")
    func health() {
        expect(
            .health(
                HealthResponse(
                    serving: true, revision: 8, keys: 9, version: "1.2.3", startTime: SampleReplies.time)),
            """
            {"serving":true,"revision":"8","keys":"9","version":"1.2.3","startTime":"2026-01-01T00:00:00.123456789Z"}
            """)
    }

    @Test("a snapshot as JSON")
    func snapshot() {
        expect(
            .snapshot(SnapshotResponse(revision: 10, sizeBytes: .max)),
            """
            {"revision":"10","sizeBytes":"18446744073709551615"}
            """)
    }
}
