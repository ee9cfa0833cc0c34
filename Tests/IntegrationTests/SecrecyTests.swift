// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// Where secrets must not be.
@Suite struct SecrecyTests {
    @Test("R3: after a run that made 100 secrets none is in the data directory, the logs or what was printed")
    func nowhere() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        var tokens: [String] = []
        for number in 0..<50 {
            let made = try await client.makeKey(name: "key \(number)")
            let again = try await client.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)"))
            tokens += [made.secret, again.secret]
        }
        // Right, wrong, malformed, revoked; and as everything but a secret.
        for token in tokens {
            _ = try await client.verdict(token)
            _ = try await client.verdict(token + "x")
            _ = try await client.validate(ValidateRequest(secret: "x", path: "/v1"))
            _ = try? await client.getKey(GetKeyRequest(keyID: token))
        }
        _ = try await client.revokeKey(RevokeKeyRequest(keyID: String(tokens[0].dropFirst(3).prefix(12))))
        var printed = ""
        for arguments in [["usage", "list"], ["-o", "json", "account", "get", "acme"], ["health"]] {
            let run = try await Program.run(arguments + ["--address", "127.0.0.1:\(server.port)"])
            printed += run.output + run.errors
        }
        let validated = try await Program.run(
            ["key", "validate", "--address", "127.0.0.1:\(server.port)"], input: tokens[1] + "\n")
        printed += validated.output + validated.errors
        await client.close()
        #expect(await server.stop() == 0)
        printed += await server.program.written().errors
        #expect(printed.contains("listening"))
        var haystacks = [Data(printed.utf8)]
        let root = URL(fileURLWithPath: directory.path)
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        while let file = files?.nextObject() as? URL {
            if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                haystacks.append(try Data(contentsOf: file))
            }
        }
        #expect(haystacks.map(\.count).reduce(0, +) > 10_000)
        for token in tokens {
            // The 43 characters between the id and the check.
            let secret = Data(token.dropLast(6).suffix(43).utf8)
            for haystack in haystacks { #expect(haystack.range(of: secret) == nil) }
        }
        // The search finds what is there: a key's name.
        #expect(haystacks.contains { $0.range(of: Data("key 49".utf8)) != nil })
    }
}
