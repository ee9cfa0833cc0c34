// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// Who has not changed over to the new secret.
@Suite struct SupersededTests {
    @Test("B2: key superseded names whose old secrets are used, until when they work, how often and from where")
    func command() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let address = server.arguments
        func run(_ options: String...) async throws -> Program.Run {
            try await Program.run(["key", "superseded"] + options + address)
        }
        let none = try await run()
        #expect(none.status == 0 && none.output.isEmpty && none.errors == "no use of an old secret is on record\n")
        var ids: [String] = []
        for (account, hours) in [("acme", 4), ("acme", 2), ("beta", 0), ("beta", 1)] {
            let made = try await client.createKey(
                CreateKeyRequest(accountID: account, userID: "u", name: "of \(hours) h", unrestricted: true))
            ids.append(made.key.id.description)
            _ = try await client.rekeyKey(RekeyKeyRequest(keyID: ids[ids.count - 1], overlap: .hours(Int64(hours))))
            // The last one's holder has changed over.
            if hours == 1 { break }
            for ip in 1...5 {
                let question = ValidateRequest(secret: made.secret, clientIP: "203.0.113.\(ip)")
                for _ in 1...ip { _ = try await client.validate(question) }
            }
        }
        var lines: [[String: Any]] = []
        // An event is there once it was numbered, which takes a moment.
        while lines.compactMap({ $0["uses"] as? String }) != ["15", "15", "15"] {
            let output = try await run("-o", "ndjson").output
            lines = try output.split(separator: "\n").map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
        }
        // The soonest deadline first, and last what has ended.
        #expect(lines.map { $0["keyId"] as? String } == [ids[1], ids[0], ids[2]])
        #expect(lines.map { $0["ended"] as? Bool } == [false, false, true])
        #expect(lines.map { $0["denied"] as? String } == ["0", "0", "15"])
        #expect(lines[2]["deadline"] == nil && lines[0]["generation"] as? Int == 1)
        #expect(lines[0]["clientIps"] as? [String] == (1...5).map { "203.0.113.\($0)" })
        let beta = try await run("--account", "beta", "-o", "json")
        #expect(
            beta.output.contains(ids[2]) && !beta.output.contains(ids[0]) && beta.output.contains("\"missing\":\"0\""))
        // In a thousand days' time nothing will have happened.
        #expect(try await run("--since", "2099-01-01").output.isEmpty)
        for columns in [40, 80, 120] {
            let screen = try await Screen.show(["key", "superseded"] + address, columns: columns)
            for line in screen.plain.split(separator: "\n") { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
            if columns == 80 { #expect(screen.plain.contains("203.0.113.1 +4") && screen.plain.contains("#1 ended")) }
        }
        let retired = try await client.retireSecrets(RetireSecretsRequest(keyID: ids[1]))
        #expect(retired.retired == 1)
        let after = try await run("--account", "acme")
        #expect(after.output.contains("#1 ended") && after.errors == "2 old secrets: 1 in an overlap, 1 ended\n")
        await client.close()
        #expect(await server.stop() == 0)
    }
}
