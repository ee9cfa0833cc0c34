// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// What a person sees: the program's output on a terminal of a certain width.
@Suite struct ScreenTests {
    private static let names = [
        "Build", String(repeating: "x", count: 100), String(repeating: "構築", count: 50), "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️",
        "e\u{301} Z\u{351}\u{36B}",
        "מפתח בנייה عربي", "नमस्ते हिन्दी க்ஷ ไทยกำ", "\u{1112}\u{1161}\u{11AB}글",
    ]
    private static let escape: Character = "\u{1B}"

    @Test(
        "every line fits a terminal of its width, and colours are for terminals without NO_COLOR", arguments: [80, 120])
    func fits(columns: Int) async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let address = ["--address", "127.0.0.1:\(server.port)"]
        let environment = ["LATCHKEY_TOKEN": server.token]
        let none = try await Screen.show(["usage", "list"] + address, columns: columns, environment: environment)
        #expect(none.text == "No usage is on record.\n")
        let client = server.client()
        var ids: [String] = []
        for (number, name) in Self.names.enumerated() {
            let made = try await client.createKey(
                CreateKeyRequest(
                    accountID: "a-\(number)", userID: String(repeating: "u", count: Limits.userIDBytes), name: name,
                    allowedIPs: ["2001:db8:aaaa:bbbb:cccc:dddd::/96", "203.0.113.0/24"],
                    grants: [
                        Grant(
                            resource: name.prefix(40) + "/*", actions: ActionSet([.read]),
                            fields: [String(name.prefix(40))]),
                        Grant(resource: "*", actions: ActionSet([.read])),
                    ],
                    apiVersion: "2026-01-01", rateLimit: RateLimit(requests: 10, perSeconds: 1)))
            ids.append("\(made.key.id)")
            let path = "/v2/" + name.replacing(" ", with: "_") + "/and/more/of/it"
            _ = try await client.validate(
                ValidateRequest(
                    secret: made.secret, clientIP: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", httpMethod: "GET",
                    path: path))
        }
        await client.close()
        let data = directory.path("data")
        let calls =
            [
                ["usage", "list"], ["usage", "top", "--once", "--interval", "200ms"], ["key", "superseded"],
                ["key", "get", "nonsense"], ["caller", "list"], ["whoami"],
            ] + ids.map { ["key", "get", $0] }
            + ids.indices.map { ["key", "list", "--account", "a-\($0)", "--limit", "1"] }
            + [["account", "list", "--all"], ["key", "list", "--account", "a-0", "--status", "inactive"]]
        let commands =
            calls.map { $0 + address }
            + [
                ["audit", "list", data], ["data", "dump", data], ["health", "--address", "unix:/nowhere"],
                ["serve", "-x"],
            ]
        for command in commands {
            let screen = try await Screen.show(command, columns: columns, environment: environment)
            let lines = screen.plain.split(separator: "\n")
            #expect(!lines.isEmpty)
            for line in lines where DisplayWidth.of(line) > columns { Issue.record("\(command): \(line)") }
        }
        #expect(try await Screen.show(["health"] + address, columns: columns).text.contains(Self.escape))
        let plain = try await Screen.show(
            ["health"] + address, columns: columns, environment: ["NO_COLOR": "1"])
        #expect(!plain.text.contains(Self.escape))
        let piped = try await Program.run(["health"] + address, environment: ["TERM": "xterm"])
        #expect(piped.status == 0 && !piped.output.contains(Self.escape))
        #expect(await server.stop() == 0)
    }

    @Test("R5, R9: what cannot be undone asks on a terminal, and elsewhere wants --yes")
    func confirmation() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let made = try await client.createKey(
            CreateKeyRequest(accountID: "acme", userID: "u", name: "a key", unrestricted: true))
        _ = try await client.rekeyKey(RekeyKeyRequest(keyID: made.key.id.description))
        let id = made.key.id.description
        let address = server.arguments
        let deeds = [
            ["key", "rekey", id, "--overlap", "0"], ["key", "retire-secrets", id], ["key", "revoke", id],
        ]
        for deed in deeds {
            let before = try await client.getKey(GetKeyRequest(keyID: id))
            let piped = try await Program.run(deed + address)
            #expect(piped.status == 64 && piped.errors.hasSuffix("hint: add --yes\n"), "\(piped)")
            let refused = try await Screen.show(deed + address, columns: 80, input: "n\n")
            #expect(refused.status == 1 && refused.text.contains("\"a key\" (\(id)) of acme"), "\(refused)")
            #expect(try await client.getKey(GetKeyRequest(keyID: id)).key.revision == before.key.revision)
        }
        // Nothing is left to lose after the first of them.
        let ended = try await Screen.show(deeds[0] + address, columns: 80, input: "y\n")
        #expect(ended.status == 0 && ended.text.contains("secret #3"), "\(ended)")
        #expect(try await Screen.show(deeds[1] + address, columns: 80).text.contains("none: no old secret was live"))
        #expect(try await Program.run(deeds[2] + ["--yes"] + address).output.contains("REVOKED"))
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test(
        "a character is as wide as a terminal draws it",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("構", 2), ("Ａ", 2), ("ｱ", 1), ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧‍👦", 2), ("🇩🇪", 2),
            ("❤️", 2), ("1️⃣", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("กำ", 2), ("हि", 2), ("क्ष", 2),
            ("か\u{3099}", 2),
            ("א", 1), ("\u{200B}", 0),
        ])
    func width(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test("a message is broken between words, never inside of a command, under its heading")
    func messages() {
        let message = "is it there? start it with `latchkey serve --data ./latchkey-data`, or say where"
        let lines = [
            "hint: is it there? start it with", "      `latchkey serve --data ./latchkey-data`, or", "      say where",
        ]
        #expect(StandardError.lines(message, heading: "hint: ", columns: 50) == lines)
        #expect(StandardError.lines(message, heading: "hint: ", columns: nil) == ["hint: " + message])
        #expect(StandardError.lines("it`s one", heading: "", columns: 4) == ["it`s", "one"])
    }
}
