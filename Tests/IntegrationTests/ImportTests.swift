// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// Keys of another system, taken over by the real program.
@Suite struct ImportTests {
    private static let rows = 2_000
    private static let accounts = 4

    private static func token(_ number: Int) -> String { "legacy-\(number)-8c1f5d0b7a2e4963" }

    /// Every third by its token, the others by their digests.
    private static func row(_ number: Int) -> String {
        let digest = SHA256Text.digest(of: token(number))
        let secret =
            switch number % 3 {
            case 0: "\"token\":\"\(token(number))\""
            case 1: "\"tokenSha256\":\"\(SHA256Text.hexadecimal(digest))\""
            default: "\"token_sha256\":\"\(Data(digest).base64EncodedString())\""
            }
        return
            "{\(secret),\"accountId\":\"a\(number % accounts)\",\"userId\":\"u-\(number)\",\"name\":\"key \(number)\",\"unrestricted\":true}\n"
    }

    private static let file = (0..<rows).map(row).joined()

    /// A server whose accounts have no cap.
    private static func server(_ directory: TemporaryDirectory) async throws -> (ServeProcess, [String]) {
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        for number in 0..<accounts {
            _ = try await client.updateAccount(UpdateAccountRequest(accountID: "a\(number)", maxActiveKeys: 0))
        }
        await client.close()
        return (server, server.arguments)
    }

    private struct Summary: Decodable, Equatable {
        var imported: Int
        var alreadyThere: Int
        var refused: Int
        var dryRun: Bool
    }

    private static func summary(_ run: Program.Run) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(run.output.utf8))
    }

    /// All of them are there, each once, and half of them are valid by the tokens that they have always had.
    private static func expectAll(_ server: ServeProcess, _ address: [String]) async throws {
        let export = try await Program.run(["key", "export"] + address)
        #expect(export.status == 0)
        let lines = export.output.split(separator: "\n")
        #expect(lines.count == rows)
        #expect(Set(lines.map { $0.prefix(21) }).count == rows)
        let client = server.client()
        for number in stride(from: 0, to: rows, by: 2) {
            let answer = try await client.validate(ValidateRequest(secret: token(number)))
            #expect(answer.isValid && answer.userID == "u-\(number)")
        }
        await client.close()
    }

    @Test("import: a dry run changes nothing, an import makes every key, a second one none, and no token is anywhere")
    func whole() async throws {
        let directory = try TemporaryDirectory()
        let (server, address) = try await Self.server(directory)
        let command = ["key", "import", "-", "-o", "json"] + address
        let dry = try await Program.run(command + ["--dry-run"], input: Self.file)
        #expect(dry.status == 0 && !dry.errors.contains("line "))
        #expect(try Self.summary(dry) == Summary(imported: Self.rows, alreadyThere: 0, refused: 0, dryRun: true))
        #expect(try await Program.run(["key", "export"] + address).output.isEmpty)
        let first = try await Program.run(command, input: Self.file)
        #expect(try Self.summary(first) == Summary(imported: Self.rows, alreadyThere: 0, refused: 0, dryRun: false))
        try await Self.expectAll(server, address)
        let again = try await Program.run(command, input: Self.file)
        #expect(try Self.summary(again) == Summary(imported: 0, alreadyThere: Self.rows, refused: 0, dryRun: false))
        #expect(await server.stop() == 0)
        var haystacks = [Data((first.output + first.errors + (await server.program.written().errors)).utf8)]
        let files = FileManager.default.enumerator(
            at: URL(fileURLWithPath: directory.path), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            if let data = try? Data(contentsOf: file) { haystacks.append(data) }
        }
        #expect(haystacks.contains { $0.range(of: Data("key 1999".utf8)) != nil })
        for haystack in haystacks { #expect(haystack.range(of: Data("8c1f5d0b7a2e4963".utf8)) == nil) }
    }

    @Test(
        "import: one whose program or whose server is killed halfway goes on when it is run again",
        arguments: [true, false])
    func killed(server isServer: Bool) async throws {
        let directory = try TemporaryDirectory()
        var (server, address) = try await Self.server(directory)
        let path = directory.path("keys.ndjson")
        try Self.file.write(toFile: path, atomically: true, encoding: .utf8)
        let program = try Program(["key", "import", path] + address)
        let client = server.client()
        // Asked again and again, as fast as it answers.
        while try await client.health().keys < 300 {}
        if isServer { await server.kill() } else { program.signal(SIGKILL) }
        await client.close()
        let status = await program.status()
        if isServer {
            // Fast machines may be done before.
            #expect(status == 69 || status == 75 || status == 0)
            let errors = await program.written().errors
            #expect(status == 0 || errors.contains("run it again"))
            server = try await ServeProcess(data: directory.path("data"))
            address = server.arguments
        }
        let again = try await Program.run(["key", "import", path, "-o", "json"] + address)
        let summary = try Self.summary(again)
        #expect(again.status == 0 && summary.refused == 0)
        #expect(summary.alreadyThere >= 300 && summary.imported + summary.alreadyThere == Self.rows)
        try await Self.expectAll(server, address)
        #expect(await server.stop() == 0)
    }

    @Test("import: a batch is sent again, and no key is lost, when the server has too much to do, and for nothing else")
    func again() {
        let busy = Refusal(.unavailable, .storeBusy, "busy", retryAfter: .milliseconds(50))
        for refusal in [busy, .overloaded] { #expect(Importer.wait(after: refusal) == refusal.retryAfter) }
        for refusal in [.callerRequired, .tooManyConnections, Refusal(.unavailable, .overloaded, "for ever")] {
            #expect(Importer.wait(after: refusal) == nil)
        }
        for refusal in [Refusal.overloaded, .tooManyPeerConnections, .tooManyFailures(.seconds(1))] {
            #expect(Hint.text(for: refusal) != nil)
        }
    }

    @Test("import: a key that is refused is told by its line and reason, never its token, and the others are there")
    func refused() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = server.arguments
        let many = (1...200).map { "\"resource/\($0)/\(String(repeating: "x", count: 120))\"" }
        let grants = (1...3).map { _ in
            "{\"resource\":\"r\",\"actions\":[\"ACTION_READ\"],\"fields\":[\(many.joined(separator: ","))]}"
        }.joined(separator: ",")
        let rest = "\"accountId\":\"acme\",\"userId\":\"u\",\"name\":\"n\""
        let lines =
            (1...6).map { "{\"token\":\"hush-\($0)\",\(rest),\"unrestricted\":true}" } + [
                "", "{\"token\":\"hush-7\",\(rest)}", "{\"token\":\"hush-8\",\(rest),\"grants\":[\(grants)]}",
                "{\"token\":\"hush-1\",\(rest),\"unrestricted\":true}",
            ]
        let run = try await Program.run(["key", "import", "-"] + address, input: lines.joined(separator: "\n"))
        #expect(run.status == 1)
        #expect(run.output.split(separator: "\n").map { $0.split(separator: " ").last } == ["5", "1", "3"])
        let told = run.errors.split(separator: "\n").filter { $0.hasPrefix("line ") }.sorted()
        #expect(told.count == 3)
        #expect(told[0].hasPrefix("line 6: ACTIVE_KEY_LIMIT: "))
        #expect(told[1].hasPrefix("line 8: INVALID_FIELD: unrestricted: "))
        #expect(told[2].hasPrefix("line 9: FRAME_TOO_LARGE: "))
        #expect(run.errors.contains("hint: revoke or disable a key, or raise the cap"))
        #expect(!run.errors.contains("hush"))
        #expect(await server.stop() == 0)
    }

    @Test(
        "import: of a file that is not one key a line as JSON nothing is imported, and the line is named",
        arguments: [
            ("{\"token\":\"hush\",\"tokenSha256\":\"hush\"}", "both token and tokenSha256"),
            ("{\"accountId\":\"acme\"}", "neither tokenSha256 nor token"),
            ("{\"token_sha256\":\"hush\"}", "64 hexadecimal digits"),
            ("{\"token\":\"hush\",\"hush\":1}", "member 2 of a key is none of"),
            ("{\"token\":\"hush\",\"name\":7}", "name must be a text"),
            ("{\"token\":\"hush\",\"expireTime\":\"hush\"}", "expireTime must be an RFC 3339 time"),
            ("{\"token\":\"hush\"", "byte 16: a comma or } is missing"),
            ("{\"token\":\"hush\"} {}", "more behind the object"),
            ("[\"hush\"]", "must be a JSON object"),
            ("hush", "byte 1: this is no JSON"),
        ])
    func form(line: String, complaint: String) async throws {
        // There is no server, and none is asked.
        let run = try await Program.run(
            ["key", "import", "-", "--address", "127.0.0.1:1"], input: Self.row(1) + "\n" + line + "\n" + Self.row(2))
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains("standard input, line 3: ") && run.errors.contains(complaint))
        #expect(!run.errors.contains("hush"))
    }

    @Test("import: a row is read as proto3 JSON is, and is kept meanwhile without its token")
    func rows() throws {
        let text = """
            {"token":"a\\u00e9\\ud83d\\ude00","account_id":"acme","userId":"u","name":"n","hint":null,\
            "allowedIps":["10.0.0.0/8"],"grants":[{"resource":"r","actions":["ACTION_READ",5],"fields":["f"]}],\
            "expireTime":"2027-01-31T12:00:00.5+01:00","rateLimit":{"requests":"100","perSeconds":60}}
            """
        let value = try JSONReader.value(Array(text.utf8))
        let key = try ImportRow(line: 1, value).key
        #expect(
            key
                == ImportedKey(
                    tokenSHA256: SHA256Text.digest(of: "aé😀"), accountID: "acme", userID: "u", name: "n",
                    allowedIPs: ["10.0.0.0/8"],
                    grants: [Grant(resource: "r", actions: [.init([.read, .download])], fields: ["f"])],
                    expireTime: Timestamp(seconds: 1_801_393_200, nanos: 500_000_000),
                    rateLimit: RateLimit(requests: 100, perSeconds: 60)))
        let kept = try #require(ImportRow.withoutToken(value, key))
        #expect(!kept.contains("\"token\"") && !kept.contains("é"))
        #expect(try ImportRow(line: 1, JSONReader.value(Array(kept.utf8))).key == key)
        #expect(ImportRow.withoutToken(try JSONReader.value(Array("{\"tokenSha256\":\"x\"}".utf8)), key) == nil)
    }

    @Test(
        "import: what two readers of JSON may read differently is refused",
        arguments: [
            "", "{", "{\"a\":1,\"a\":2}", "{\"a\":01}", "{\"a\":.5}", "{\"a\":1,}", "[1,]", "{a:1}", "\"\u{1}\"",
            "\"\\x\"",
            "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u12\"", "nul", "1 2", "\"",
            String(repeating: "[", count: 40),
        ])
    func strict(text: String) {
        #expect(throws: JSONFault.self) { try JSONReader.value(Array(text.utf8)) }
    }
}
