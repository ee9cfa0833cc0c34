// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// `latchkey caller …`, and what a command says to whom it is not allowed.
@Suite struct CallerCommandTests {
    /// A caller's id and its token's file.
    private func make(
        _ server: ServeProcess, _ directory: TemporaryDirectory, _ name: String, _ rights: [String]
    ) async throws -> (id: String, tokenFile: String) {
        let file = directory.path("\(name).token")
        let run = try await Program.run(
            ["caller", "create", "--name", name, "--write-token", file, "-o", "json"] + rights + server.arguments)
        #expect(run.status == 0, "\(run.errors)")
        let id = try #require(run.output.firstMatch(of: /"id":"([0-9A-Za-z]{12})"/)?.1)
        #expect(run.output.contains("\"secret\":\"\""))
        return (String(id), file)
    }

    private func at(_ server: ServeProcess, _ tokenFile: String) -> [String] {
        ["--address", "127.0.0.1:\(server.port)", "--token-file", tokenFile]
    }

    @Test("R13: a caller does what its role says, from its token's file or the environment, and is told what it lacks")
    func roles() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let validator = try await make(server, directory, "orders", ["--role", "validator"])
        let issuer = try await make(server, directory, "desk", ["--role", "issuer", "--account", "acme"])
        let mode = try FileManager.default.attributesOfItem(atPath: validator.tokenFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let create = ["key", "create", "--user", "u", "--name", "n", "--unrestricted", "-o", "json", "--account"]
        let made = try await Program.run(create + ["acme"] + at(server, issuer.tokenFile))
        #expect(made.status == 0, "\(made.errors)")
        let secret = String(try #require(made.output.firstMatch(of: /"secret":"([^"]*)"/)?.1))
        let other = try await Program.run(create + ["beta"] + at(server, issuer.tokenFile))
        #expect(other.status == 1 && other.errors.contains("(RIGHT_MISSING)"), "\(other.errors)")
        #expect(
            other.errors.contains("keys with create") && other.errors.contains("`latchkey caller update"),
            "\(other.errors)")
        let token = try String(contentsOfFile: validator.tokenFile, encoding: .utf8).trimmingCharacters(in: .newlines)
        let address = "127.0.0.1:\(server.port)"
        let environment = ["LATCHKEY_ADDRESS": address, "LATCHKEY_TOKEN": token]
        let valid = try await Program.run(["key", "validate"], input: secret + "\n", environment: environment)
        #expect(valid.status == 0 && valid.output.contains("VALID"), "\(valid)")
        #expect(try await Program.run(create + ["acme"], environment: environment).status == 1)
        let stranger = try await Program.run(["key", "list", "--account", "acme", "--address", address])
        #expect(stranger.status == 1 && stranger.errors.contains("(CALLER_REQUIRED)"), "\(stranger)")
        #expect(stranger.errors.contains("--token-file") && stranger.errors.contains(".admin-token"))
        #expect(await server.stop() == 0)
    }

    @Test("R13: whoami shows the caller's name, rights and end")
    func whoAmI() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", directory.path("s")])
        let caller = try await make(
            server, directory, "night shift", ["--grant", "keys:read", "--account", "acme", "--expires", "30d"])
        let run = try await Program.run(["whoami"] + at(server, caller.tokenFile))
        for text in [caller.id, "night shift", "acme/keys:read", "in 30 days"] {
            #expect(run.output.contains(text), "\(run.output)")
        }
        let user = try await Program.run(["whoami", "--address", "unix:\(directory.path("s"))"])
        #expect(user.output.contains("uid:\(getuid())") && user.output.contains("callers:*"), "\(user.output)")
        let nobody = try await Program.run(["whoami", "--address", "127.0.0.1:\(server.port)"])
        #expect(
            nobody.output.contains("anonymous") && nobody.output.contains("nothing that takes a right"),
            "\(nobody.output)")
        #expect(await server.stop() == 0)
    }

    @Test("R13: callers are listed in 80 columns, changed, re-keyed into their file, stopped and ended")
    func life() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let (id, file) = try await make(server, directory, "構築 of the orders and everything", ["--role", "auditor"])
        func run(_ words: String...) async throws -> Program.Run {
            try await Program.run(["caller"] + words + server.arguments)
        }
        let token = try String(contentsOfFile: file, encoding: .utf8)
        let again = try await run("create", "--name", "n", "--role", "auditor", "--write-token", file)
        #expect(again.status == 64 && again.errors.contains("--force"), "\(again)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == token)
        let rekeyed = try await run("rekey", id, "--write-token", file, "--force", "--overlap", "1h")
        #expect(rekeyed.status == 0 && !rekeyed.output.contains("Secret  "), "\(rekeyed)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) != token)
        #expect(!FileManager.default.fileExists(atPath: file + ".tmp"))
        let table = try await Screen.show(["caller", "list"] + server.arguments, columns: 80)
        let lines = table.plain.split(separator: "\n")
        for line in lines where DisplayWidth.of(line) > 80 { Issue.record("\(line)") }
        #expect(lines.contains { $0.hasPrefix(id) && $0.hasSuffix("auditor") }, "\(table.plain)")
        // Who asks has been used just now.
        #expect(lines.contains { $0.contains("first adm") && !$0.contains("never       never") }, "\(table.plain)")
        #expect(try await run("update", id, "--role", "validator", "--account", "acme").status == 0)
        #expect(try await run("list").output.contains("validator: acme"))
        #expect(try await run("retire-secrets", id, "--yes").status == 0)
        #expect(try await run("disable", id).output.contains("DISABLED"))
        #expect(try await Program.run(["key", "list", "--account", "acme"] + at(server, file)).status == 1)
        #expect(try await run("enable", id).output.contains("ACTIVE"))
        #expect(try await run("revoke", id, "--yes").output.contains("REVOKED"))
        #expect(try await run("list", "--status", "inactive").output.contains(id))
        #expect(await server.stop() == 0)
        let trail = try await Program.run(["audit", "list", directory.path("data"), "--key", id])
        #expect(
            trail.output.contains("grants added: usage:read, audit:read, keys:read, accounts:read"), "\(trail.output)")
        #expect(trail.output.contains(", by first administrator)") && trail.output.contains("127.0.0.1:"))
    }

    @Test("R13: an id that is no caller's, and the last administrator, stay what they are")
    func refusals() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let key = "\(try await client.makeKey().key.id)"
        let first = try await client.whoAmI().keyID
        for verb in [
            ["revoke", key, "--yes"], ["disable", key], ["get", key], ["rekey", key],
            ["update", key, "--role", "auditor"],
        ] {
            let run = try await Program.run(["caller"] + verb + server.arguments)
            #expect(run.status == 1 && run.errors.contains("is a key of account acme, and no caller"), "\(run)")
        }
        #expect(try await client.getKey(GetKeyRequest(keyID: key)).key.status == .active)
        let last = try await Program.run(["caller", "revoke", first, "--yes"] + server.arguments)
        #expect(last.status == 1 && last.errors.contains("latchkey caller create --role administrator"), "\(last)")
        for words in [
            ["--role", "administrator", "--account", "acme"], ["--grant", "acme/keys:read", "--account", "beta"], [],
        ] {
            let run = try await Program.run(["caller", "create", "--name", "n"] + words + server.arguments)
            #expect(run.status == 64, "\(run)")
        }
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("R13: the words for rights are a role's where they are all of it and no more")
    func words() {
        for role in CallerRole.allCases { #expect(CallerRole.words(for: role.grants) == role.rawValue) }
        let narrowed = CallerRole.issuer.grants.map { Grant(resource: "acme/\($0.resource)", actions: $0.actions) }
        #expect(CallerRole.words(for: narrowed.reversed()) == "issuer: acme")
        #expect(CallerRole.words(for: narrowed.dropLast()) == "acme/keys:create,read,update,delete")
        #expect(
            CallerRole.words(for: narrowed + [Grant(resource: "usage", actions: ActionSet([.read]))]).hasSuffix(
                "and 2 more"))
        #expect(CallerRole.words(for: CallerRole.administrator.grants.dropLast()) == "*:*")
    }
}
