// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// What a shell offers when somebody presses Tab.
@Suite struct CompletionTests {
    @Test("R14: bash completes keys and accounts from the running server, by its own script")
    func bash() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        var ids: [String] = []
        for account in ["acme", "beta", "bets"] {
            let request = CreateKeyRequest(accountID: account, userID: "u", name: "a: key", unrestricted: true)
            ids.append(try await client.createKey(request).key.id.description)
        }
        _ = try await client.updateKey(UpdateKeyRequest(keyID: ids[1], enabled: false))
        _ = try await client.revokeKey(RevokeKeyRequest(keyID: ids[2]))
        let address = "127.0.0.1:\(server.port)"
        // As bash splits an address.
        let there = ["--address", "127.0.0.1", ":", "\(server.port)", "--token-file", server.tokenFile]
        let script = try await Program.run(["--generate-completion-script", "bash"]).output
        // On a machine that is busy the server may be too late, and whoever sits there presses Tab again.
        func offers(
            _ words: [String], environment: [String: String] = [:], until wanted: Set<String>
        ) async throws -> Bool {
            for _ in 1...50 where try await offers(words, environment: environment) == wanted { return true }
            return false
        }
        func offers(_ words: [String], environment: [String: String] = [:]) async throws -> Set<String> {
            let line = (["latchkey"] + words).map { "'\($0)'" }.joined(separator: " ")
            let bash = try Program(
                [
                    "-c",
                    """
                    \(script.replacing("complete -o filenames", with: "true"))
                    PATH="$1:$PATH" COMP_WORDS=(\(line)) COMP_CWORD=\(words.count) COMP_LINE="${COMP_WORDS[*]}"
                    COMP_POINT=${#COMP_LINE} COMPREPLY=()
                    _latchkey latchkey "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """, "bash", URL(fileURLWithPath: Program.path).deletingLastPathComponent().path,
                ], program: "/bin/bash", environment: environment)
            bash.send("")
            let status = await bash.status()
            let (output, errors) = await bash.written()
            #expect(status == 0 && errors.isEmpty, "\(errors)")
            return Set(output.split(separator: "\n").map(String.init))
        }
        let environment = ["LATCHKEY_ADDRESS": address, "LATCHKEY_TOKEN": server.token]
        #expect(try await offers(["usage", "list"] + there + ["--key", ""], until: Set(ids)))
        for (words, wanted) in [
            (["key", "get", ""], Set(ids)), (["key", "revoke", ""], Set(ids.prefix(2))),
            (["key", "enable", ""], [ids[1]]), (["key", "get", String(ids[0].prefix(11))], [ids[0]]),
            (["usage", "tail", "--account", "be"], ["beta", "bets"]), (["account", "set", "beta"], ["beta"]),
            (["usage", "top", "--account", "be"], ["beta", "bets"]),
            (["key", "superseded", "--account", "ac"], ["acme"]),
            (["key", "list", "--account", "acme", "--starting-after", ""], [ids[0]]),
        ] {
            #expect(try await offers(words, environment: environment, until: wanted), "\(words)")
        }
        #expect(try await offers(["key", "list", "--status", ""]) == ["active", "inactive", "all"])
        #expect(try await offers(["key", "get", ""], environment: ["LATCHKEY_ADDRESS": "unix:/nowhere"]).isEmpty)
        #expect(try await offers(["key", "get", ""], environment: ["LATCHKEY_ADDRESS": "nonsense"]).isEmpty)
        // Other shells show a key's name beside its id.
        for (shell, separator) in [("zsh", ":"), ("fish", "\t")] {
            let words = ["key", "enable", "--", "positional@0", "3", "0", "latchkey", "key", "enable", ""]
            var shown = ""
            for _ in 1...50 where shown.allSatisfy(\.isWhitespace) {
                let environment = environment.merging(["SAP_SHELL": shell]) { $1 }
                shown = try await Program.run(["---completion"] + words, environment: environment).output
            }
            #expect(shown.hasPrefix("\(ids[1])\(separator)a: key (beta, DISABLED)\n"), "\(shown)")
        }
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("where a server does not answer, nothing is offered and nothing said")
    func silence() async throws {
        let directory = try TemporaryDirectory()
        let socket = try ListeningSocket(path: directory.path("s"))
        let run = try await Program.run([
            "---completion", "key", "get", "--", "positional@0", "5", "0", "latchkey", "key", "get", "--address",
            "unix:\(directory.path("s"))", "",
        ])
        #expect(run.status == 0 && run.output.allSatisfy(\.isWhitespace) && run.errors.isEmpty)
        withExtendedLifetime(socket) {}
    }

    @Test("a command line is read as the shells split it")
    func lines() {
        let split = CompletedLine(["latchkey", "key", "--address", "unix", ":", "/a", "--account", "=", "\"x\"", ""])
        #expect(split.value(of: "--address") == "unix:/a" && split.value(of: "--account") == "x")
        let whole = CompletedLine(["latchkey", "--address=[::1]:7411", "'--account'", "y"])
        #expect(whole.value(of: "--address") == "[::1]:7411" && whole.value(of: "--account") == "y")
        #expect(CompletedLine(["--account"]).value(of: "--account") == nil)
        #expect(CompletedLine(["a", "--address", "h", ":", "1", "b"]).value(of: "--address") == "h:1")
    }
}
