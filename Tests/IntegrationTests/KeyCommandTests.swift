// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// What the commands ask of a server, and how they show what it says.
@Suite struct KeyCommandTests {
    @Test("R10, R11, R16, B8: every rule that a key can carry goes there and back")
    func rules() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let address = server.arguments
        func run(_ words: String...) async throws -> Program.Run { try await Program.run(words + address) }
        let made = try await run(
            "key", "create", "--account", "acme", "--user", "u", "--name", "n", "--grant",
            "employees:read,update:name", "--grant", #"urn\:x:*"#, "--ip", "203.0.113.0/24", "--ip", "2001:DB8::7",
            "--rate", "10/1s:50", "--api-version", "2026-01-01", "--expires", "never")
        #expect(made.status == 0)
        var key = try #require(try await client.listKeys(ListKeysRequest(accountID: "acme")).keys.first)
        let id = key.id.description
        #expect(
            key.grants == [
                Grant(resource: "employees", actions: ActionSet([.read, .update]), fields: ["name"]),
                Grant(resource: "urn:x", actions: ActionSet(Action.allCases)),
            ])
        #expect(key.allowedIPs == ["203.0.113.0/24", "2001:db8::7"] && key.standing.expireTime == nil)
        #expect(key.rateLimit == RateLimit(requests: 10, perSeconds: 1, burst: 50))
        #expect(key.versionPin?.version == CalendarDate("2026-01-01"))
        let upgraded = try await run(
            "key", "update", id, "--api-version", "2026-06-01", "--grant", "a:read", "--ip", "::1", "--no-rate",
            "--user", "other", "--expect-revision", "\(key.revision)")
        for line in [
            "May do       a:read", "From         ::1", "User         other", "API version  2026-06-01, since ",
        ] {
            #expect(upgraded.output.contains("\n\(line)"), "\(upgraded)")
        }
        #expect(upgraded.output.contains("can be set back until") && !upgraded.output.contains("Rate limit"))
        let late = try await run("key", "update", id, "--name", "x", "--expect-revision", "\(key.revision)")
        #expect(late.status == 75 && late.errors.contains("REVISION_MISMATCH") && late.errors.contains("hint: "))
        let opened = try await run("key", "update", id, "--clear-ips", "--unrestricted")
        #expect(opened.output.contains("everything (unrestricted)") && !opened.output.contains("From "))
        key = try await client.getKey(GetKeyRequest(keyID: id)).key
        #expect(key.unrestricted && key.allowedIPs.isEmpty && key.grants.isEmpty && key.userID == "other")
        _ = try await run("account", "set", "acme", "--downgrade-window", "0")
        _ = try await run("key", "update", id, "--api-version", "2026-07-01")
        let back = try await run("key", "update", id, "--api-version", "2026-01-01")
        #expect(back.status == 1 && back.errors.contains("DOWNGRADE_TOO_LATE") && back.errors.contains("hint: "))
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test(
        "R10, R11, B8: what contradicts itself is wrong usage, and no server is asked",
        arguments: [
            ["update", "4mVb0QaX9dEF", "--ip", "::1", "--clear-ips"],
            ["update", "4mVb0QaX9dEF", "--grant", "a:read", "--unrestricted"],
            ["update", "4mVb0QaX9dEF", "--rate", "1/s", "--no-rate"], ["update", "4mVb0QaX9dEF"],
            ["update", "4mVb0QaX9dEF", "--expect-revision", "3"],
            ["update", "4mVb0QaX9dEF", "--name", "n", "--expect-revision", "0"],
            ["create", "--account", "a", "--user", "u", "--name", "n"],
            ["create", "--account", "a", "--user", "u", "--name", "n", "--unrestricted", "--grant", "a:read"],
            ["create", "--account", "a", "--user", "u", "--name", "n", "--grant", "a"],
            ["list", "--account", "a", "--limit", "101"],
            ["list", "--account", "a", "--offset", "1", "--starting-after", "x"],
            ["list", "--account", "a", "--all", "--ending-before", "x"], ["revoke-all", "--account", "a"],
        ])
    func contradictions(words: [String]) async throws {
        let run = try await Program.run(["key"] + words + ["--address", "unix:/nowhere"])
        #expect(run.status == 64 && !run.errors.contains("CONNECTION"), "\(run)")
    }

    @Test("R8: revoke-all says how many there are, asks on a terminal, and elsewhere wants --yes")
    func revokeAll() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let address = server.arguments
        for number in 1...3 {
            let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "key \(number)", unrestricted: true)
            _ = try await client.createKey(request)
        }
        func revoke(_ count: Int) -> [String] {
            ["key", "revoke-all", "--account", "acme", "--expect", "\(count)"] + address
        }
        let asked = try await Program.run(revoke(0))
        #expect(asked.status == 1 && asked.errors.contains("has 3 keys") && asked.errors.contains("KEY_COUNT_MISMATCH"))
        #expect(asked.errors.contains("hint: look at them: `latchkey key list"))
        let piped = try await Program.run(revoke(3))
        #expect(piped.status == 64 && piped.errors.hasSuffix("hint: add --yes\n"))
        #expect(try await Program.run(revoke(2) + ["--yes"]).status == 1)
        let refused = try await Screen.show(revoke(3), columns: 80, input: "n\n")
        #expect(refused.status == 1 && refused.text.contains("Revoke all 3 keys of acme (3 active), for good?"))
        #expect(try await client.listKeys(ListKeysRequest(accountID: "acme")).total == 3)
        let done = try await Screen.show(revoke(3), columns: 80, input: "y\n")
        #expect(done.status == 0 && done.plain.contains("3 keys"), "\(done)")
        #expect(try await client.listKeys(ListKeysRequest(accountID: "acme")).total == 0)
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("R1, R2, R9, R10, R16: account set changes every setting, and no more than is named")
    func account() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let address = server.arguments
        let set = try await Program.run(
            [
                "account", "set", "acme", "--default-lifetime", "90d", "--default-overlap", "1h", "--token-prefix",
                "ac_",
                "--require-public-ips", "--downgrade-window", "7d",
            ] + address)
        #expect(set.status == 0 && set.output.contains("end after 90d, have tokens ac__..."), "\(set)")
        var settings = try await client.getAccount(GetAccountRequest(accountID: "acme")).account.settings
        #expect(settings.defaultLifetime == .days(90) && settings.defaultOverlap == .hours(1))
        #expect(settings.tokenPrefix == "ac_" && settings.requirePublicIPs && settings.downgradeWindow == .days(7))
        #expect(settings.maxActiveKeys == Limits.defaultMaxActiveKeys)
        let local = try await Program.run(
            ["key", "create", "--account", "acme", "--user", "u", "--name", "n", "--unrestricted", "--ip", "10.0.0.1"]
                + address)
        #expect(local.status == 64 && local.errors.contains("globally reachable"))
        let revision = "\(settings.revision)"
        _ = try await Program.run(
            ["account", "set", "acme", "--no-require-public-ips", "--expect-revision", revision] + address)
        settings = try await client.getAccount(GetAccountRequest(accountID: "acme")).account.settings
        #expect(!settings.requirePublicIPs && settings.tokenPrefix == "ac_")
        let late = try await Program.run(
            ["account", "set", "acme", "--max-active-keys", "1", "--expect-revision", revision] + address)
        #expect(late.status == 75 && late.errors.contains("hint: see what has changed"))
        #expect(try await Program.run(["account", "set", "acme"] + address).status == 64)
        await client.close()
        #expect(await server.stop() == 0)
    }
}
