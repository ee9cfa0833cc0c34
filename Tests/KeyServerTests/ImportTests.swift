// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyCrypto
import KeyModel
import KeyTesting
import Testing

/// Keys of another system, by the SHA-256 of their tokens.
@Suite struct ImportTests {
    private func hash(_ token: String) -> [UInt8] { Array(token.utf8).withUnsafeBytes { sha256($0) }.bytes }

    private func row(_ token: String, name: String = "old", expireTime: Timestamp? = nil) -> ImportedKey {
        ImportedKey(
            tokenSHA256: hash(token), hint: "sk_l0001", accountID: "acme", userID: "u-1", name: name,
            unrestricted: true, expireTime: expireTime)
    }

    @Test("an imported key is validated by its original token, re-keyed with an overlap, and revoked")
    func life() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let client = server.client()
            #expect(try await client.verdict("sk_live_0001") == .malformed)
            let results = try await client.importKeys(ImportKeysRequest(keys: [row("sk_live_0001")])).results
            #expect(results.map(\.isImported) == [true])
            let id = try #require(results.first?.keyID)
            let answer = try await client.validate(ValidateRequest(secret: "sk_live_0001"))
            #expect(answer.isValid)
            #expect(answer.keyID == id)
            #expect(answer.userID == "u-1")
            let shown = try await client.getKey(GetKeyRequest(keyID: id)).key
            #expect(shown.hint == "sk_l...0001")
            #expect(shown.useCount == 1)
            // Now that there are imported keys, what is unknown is NOT_FOUND whatever its shape.
            for other in ["sk_live_0002", "x", String(repeating: "x", count: 1_024)] {
                #expect(try await client.verdict(other) == .notFound)
            }
            #expect(try await client.verdict("") == .malformed)
            #expect(try await client.verdict(String(repeating: "x", count: 1_025)) == .malformed)
            let again = try await client.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .hours(1)))
            #expect(try await client.verdict(again.secret) == .valid)
            let old = try await client.validate(ValidateRequest(secret: "sk_live_0001"))
            #expect(old.isValid && old.superseded)
            clock.advance(by: .hours(1))
            #expect(try await client.verdict("sk_live_0001") == .superseded)
            _ = try await client.revokeKey(RevokeKeyRequest(keyID: id))
            #expect(try await client.verdict("sk_live_0001") == .revoked)
            #expect(try await client.verdict(again.secret) == .revoked)
            await client.close()
        }
    }

    @Test("a token of the same shape as ours is imported like any other")
    func ourShape() async throws {
        try await withServer { server in
            let client = server.client()
            let foreign = "lk_4mVb0QzYx1Ab0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0kyjel"
            #expect(try await client.verdict(foreign) == .notFound)
            _ = try await client.importKeys(ImportKeysRequest(keys: [row(foreign)]))
            #expect(try await client.verdict(foreign) == .valid)
            await client.close()
        }
    }

    @Test("R1: each key is taken over or refused by itself; a second import of the same changes nothing")
    func results() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let client = server.client()
            let past = clock.wallTime().advanced(by: .hours(-1))
            var revoked = row("r")
            revoked.revokeTime = past
            var future = row("f")
            future.revokeTime = clock.wallTime().advanced(by: .hours(1))
            var open = row("o")
            open.unrestricted = false
            let keys =
                [row("e", expireTime: past), revoked, future, open, row("", name: "")]
                + (1...6).map { row("token \($0)") }
            let before = try await client.health().revision
            let dry = try await client.importKeys(ImportKeysRequest(keys: keys, dryRun: true)).results
            #expect(try await client.health().revision == before)
            let real = try await client.importKeys(ImportKeysRequest(keys: keys)).results
            #expect(real == dry)
            #expect(
                real.map(\.reason.rawValue)
                    == [
                        "", "", "INVALID_FIELD", "INVALID_FIELD", "INVALID_FIELD", "", "", "", "", "",
                        "ACTIVE_KEY_LIMIT",
                    ])
            #expect(try await client.verdict("e") == .expired)
            #expect(try await client.verdict("r") == .revoked)
            let revision = try await client.health().revision
            let again = try await client.importKeys(ImportKeysRequest(keys: keys)).results
            #expect(again.map(\.keyID) == real.map(\.keyID))
            #expect(
                again.map(\.reason.rawValue)
                    == ["KEY_EXISTS", "KEY_EXISTS", "INVALID_FIELD", "INVALID_FIELD", "INVALID_FIELD"]
                    + [String](repeating: "KEY_EXISTS", count: 5) + ["ACTIVE_KEY_LIMIT"])
            #expect(try await client.health().revision == revision)
            await client.close()
        }
    }

    @Test("an imported key is there after a restart, from the journal and from a snapshot", arguments: [false, true])
    func restart(fromSnapshot: Bool) async throws {
        let directory = try TemporaryDirectory()
        let first = try await TestServer(path: directory.path("data"))
        let client = first.client()
        _ = try await client.importKeys(ImportKeysRequest(keys: [row("sk_live_0001")]))
        if fromSnapshot { _ = try await client.snapshot() }
        await client.close()
        await first.stop()
        let second = try await TestServer(path: directory.path("data"))
        let again = second.client()
        #expect(try await again.verdict("sk_live_0001") == .valid)
        #expect(try await again.verdict("sk_live_0002") == .notFound)
        await again.close()
        await second.stop()
    }
}
