// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// What the journal says has happened, in words.
@Suite struct AuditTests {
    private struct Entry: Decodable {
        var sequence: String
        var accountId: String
        var keyId: String?
        var changes: [String]
        var text: String
    }

    private static func entries(_ data: String, _ more: [String]) async throws -> [Entry] {
        let run = try await Program.run(["audit", "list", data, "-o", "ndjson"] + more)
        #expect(run.status == 0)
        return try run.output.split(separator: "\n").map {
            try JSONDecoder().decode(Entry.self, from: Data($0.utf8))
        }
    }

    @Test("B12: audit list names every change of a key's rules and an account's settings, from what to what")
    func changes() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        let server = try await ServeProcess(data: data)
        let client = server.client()
        let read = Grant(resource: "employees", actions: [.init([.read])], fields: ["name"])
        let all = Grant(resource: "payslips/*", actions: .all)
        let id = "\(try await client.makeKey(name: "one").key.id)"
        for request in [
            UpdateKeyRequest(keyID: id, grants: [read, all], unrestricted: false),
            UpdateKeyRequest(keyID: id, grants: [all]),
            UpdateKeyRequest(keyID: id, allowedIPs: ["10.0.0.0/8"]),
            UpdateKeyRequest(keyID: id, allowedIPs: ["10.0.0.0/8", "192.0.2.7"]),
            UpdateKeyRequest(keyID: id, allowedIPs: []),
            UpdateKeyRequest(keyID: id, rateLimit: .set(RateLimit(requests: 10, perSeconds: 1, burst: 50))),
            UpdateKeyRequest(keyID: id, apiVersion: "2026-01-31"),
            UpdateKeyRequest(keyID: id, userID: "u-2"),
        ] { _ = try await client.updateKey(request) }
        for request in [
            UpdateAccountRequest(accountID: "acme", maxActiveKeys: 50, tokenPrefix: "ac"),
            UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0, defaultLifetime: .days(30)),
            UpdateAccountRequest(accountID: "acme", requirePublicIPs: true, downgradeWindow: .hours(1)),
            UpdateAccountRequest(accountID: "acme", defaultOverlap: .hours(1)),
        ] { _ = try await client.updateAccount(request) }
        let foreign = ImportedKey(
            tokenSHA256: [UInt8](repeating: 7, count: 32), accountID: "acme", userID: "u", name: "old",
            unrestricted: true)
        let imported = try await client.importKeys(ImportKeysRequest(keys: [foreign])).results[0].keyID
        let ended = try await client.revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 2))
        #expect(ended.revoked == 2)
        let late = try await client.makeKey(name: "late")
        await client.close()
        await server.kill()
        let key = try await Self.entries(data, ["--key", id])
        #expect(
            key.map(\.text).dropFirst() == [
                "may no longer do everything; grants added: employees:read:name, payslips/*:*",
                "grants taken away: employees:read:name", "only from 10.0.0.0/8, before: from anywhere",
                "addresses added: 192.0.2.7", "from anywhere, before: only from 10.0.0.0/8, 192.0.2.7",
                "rate limit 10/1s:50, before: no rate limit", "API version 2026-01-31, before: none",
                "user \"u-2\", before: \"u-1\"", "revoked with all keys of the account",
            ])
        #expect(
            key.flatMap(\.changes) == [
                "CREATED", "RESTRICTED", "GRANTS_SET", "GRANTS_SET", "ALLOWED_IPS_SET", "ALLOWED_IPS_SET",
                "ALLOWED_IPS_SET", "RATE_LIMIT_SET", "API_VERSION_SET", "USER_SET", "REVOKED",
            ])
        let other = try await Self.entries(data, ["--key", imported])
        #expect(other.map(\.changes) == [["IMPORTED"], ["REVOKED"]])
        #expect(other.allSatisfy { $0.keyId == imported } && other.last?.sequence == "\(ended.revision)")
        #expect(try await Self.entries(data, ["--key", "\(late.key.id)"]).map(\.changes) == [["CREATED"]])
        let account = try await Self.entries(data, ["--account", "acme"]).filter { $0.keyId == nil }
        #expect(
            account.map(\.text) == [
                "cap of 50 active keys; new tokens begin with ac_",
                "no cap on active keys, before: cap of 50 active keys; new keys end after 30d, before: 365d",
                "keys only from globally reachable addresses; API versions can be set back for 1h, before: 3d",
                "old secrets work on for 1h, before: 4h", "all 2 keys left revoked",
            ])
        #expect(try await Self.entries(data, ["--account", "other"]).isEmpty)
        let dump = try await Program.run(["data", "dump", data])
        #expect(dump.output.contains("all 2 keys of acme that had not been revoked before"))
        let json = try await Program.run(["data", "dump", data, "-o", "ndjson"])
        #expect(json.output.contains("\"type\":\"REVOKE_ALL\"") && json.output.contains("\"revoked\":\"2\""))
        #expect(try await Program.run(["data", "verify", data]).status == 0)
    }
}
