// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// Where secrets must not be.
@Suite struct SecrecyTests {
    private static let keys = 500

    @Test("R3, R17: of 1,000 secrets that took every path no piece is in a file, a log or what was printed")
    func nowhere() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        // It logs everything it can.
        let server = try await ServeProcess(data: data)
        let client = server.client()
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        let tokens = try await Self.make(client)
        #expect(Set(tokens).count == 2 * Self.keys)
        for token in tokens { try await Self.present(token, to: client) }
        _ = try await client.revokeKey(RevokeKeyRequest(keyID: Self.id(of: tokens[0])))
        _ = try await client.call(.snapshot)
        var printed = try await Self.print(server.arguments, tokens[1], directory)
        await client.close()
        #expect(await server.stop() == 0)
        printed += await server.program.written().errors
        #expect(printed.contains("listening"))
        for arguments in [["data", "dump", data], ["audit", "list", data], ["data", "verify", data]] {
            let run = try await Program.run(arguments + ["-o", "ndjson"])
            #expect(run.status == 0)
            printed += run.output + run.errors
        }
        #expect(printed.contains("\"key 499\""))
        var search = SecretSearch(tokens)
        search.search(Array(printed.utf8), "what was printed")
        try search.search(directory: directory.path)
        Swift.print("searched \(search.bytes) bytes for \(tokens.count) secrets")
        #expect(search.bytes > 3_000_000)
        #expect(search.found == [])
    }

    @Test("R3: the search finds a piece of a secret in the middle of other text")
    func finds() {
        let token =
            "lk_"
            + String((0..<61).map { "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".map(\.self)[$0] })
        var search = SecretSearch([token])
        let piece = token.dropLast(20).suffix(16)
        search.search(Array("xx\(token.prefix(15))".utf8), "id")
        search.search(Array("Q\(piece.dropFirst())Q".utf8), "too short")
        #expect(search.found == [])
        search.search(Array("path=/v1/\(piece)?q".utf8), "path")
        #expect(search.found == ["path, at 9"])
    }

    private static func id(of token: String) -> String { String(token.dropFirst(3).prefix(12)) }

    private static func make(_ client: KeyClient) async throws -> [String] {
        var tokens: [String] = []
        for number in 0..<keys {
            let made = try await client.makeKey(name: "key \(number)")
            let again = try await client.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)"))
            tokens += [made.secret, again.secret]
        }
        return tokens
    }

    /// Right, with a typo, cut, with something before and behind it, and as everything but a secret.
    private static func present(_ token: String, to client: KeyClient) async throws {
        let wrong = [
            token + "x", String(token.dropLast()), "Bearer \(token)", " \(token)", token.replacing("_", with: "-"),
        ]
        for secret in [token] + wrong { _ = try await client.verdict(secret) }
        _ = try? await client.getKey(GetKeyRequest(keyID: token))
        _ = try? await client.listKeys(ListKeysRequest(accountID: token))
        _ = try? await client.rekeyKey(RekeyKeyRequest(keyID: token))
    }

    /// What commands print of all this.
    private static func print(_ server: [String], _ token: String, _ directory: TemporaryDirectory) async throws
        -> String
    {
        var printed = ""
        let commands = [
            ["usage", "list", "-o", "ndjson"], ["usage", "list"], ["-o", "json", "account", "get", "acme"],
            ["key", "list", "--account", "acme", "-o", "ndjson"], ["key", "export", "--account", "acme"], ["health"],
        ]
        for arguments in commands {
            let run = try await Program.run(arguments + server)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            printed += run.output + run.errors
        }
        for input in [token, token + "x"] {
            let run = try await Program.run(["key", "validate"] + server, input: input + "\n")
            printed += run.output + run.errors
        }
        return printed
    }
}
