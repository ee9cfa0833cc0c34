// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyTesting
import Testing

/// `latchkey data new-admin`: nobody stays locked out who has the machine.
@Suite struct NewAdminTests {
    @Test("R13: after kill -9, new-admin makes an administrator whose token works and whom the journal names")
    func recovered() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        let server = try await ServeProcess(data: data)
        let first = server.token
        let busy = try await Program.run(["data", "new-admin", data])
        #expect(busy.status == 75 && busy.errors.contains("Unix socket"), "\(busy)")
        #expect(server.token == first)
        await server.kill()
        let run = try await Program.run(["data", "new-admin", data, "-o", "json", "--name", "lost and found"])
        #expect(run.status == 0, "\(run.errors)")
        let id = String(try #require(run.output.firstMatch(of: /"keyId":"([0-9A-Za-z]{12})"/)?.1))
        let again = try await ServeProcess(data: data)
        #expect(again.token != first && again.token.contains(id) && !run.output.contains(again.token))
        let old = try String(contentsOfFile: again.tokenFile + ".old", encoding: .utf8)
        #expect(old == first + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: again.tokenFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let client = again.client()
        let who = try await client.whoAmI()
        #expect(who.keyID == id && who.name == "lost and found" && who.grants.count == 2)
        _ = try await client.makeKey()
        await client.close()
        let trail = try await Program.run(["audit", "list", data, "--account", "latchkey"])
        #expect(trail.output.contains("new-admin") && trail.output.contains("latchkey/lost and found"), "\(trail)")
        #expect(await again.stop() == 0)
        // A third keeps the first two.
        #expect(try await Program.run(["data", "new-admin", data]).status == 0)
        #expect(try String(contentsOfFile: again.tokenFile + ".old", encoding: .utf8) == first + "\n")
        let second = try String(contentsOfFile: again.tokenFile + ".old.2", encoding: .utf8)
        #expect(second.contains(id) && again.token != first && !again.token.contains(id))
    }

    @Test("R13: a first start that cannot keep the administrator's token makes none, says why, and loses nothing")
    func unwritable() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        // What may be the only copy of a token is in the way.
        let left = data + ".admin-token.tmp"
        try Data("a token\n".utf8).write(to: URL(fileURLWithPath: left))
        let run = try await Program.run(["serve", "--data", data, "--listen", "127.0.0.1:0"])
        #expect(run.status == 1 && run.errors.contains(left) && run.errors.contains("take it away"), "\(run)")
        #expect(try String(contentsOfFile: left, encoding: .utf8) == "a token\n")
        let again = try await Program.run(["data", "new-admin", data])
        #expect(again.status == 1 && again.errors.contains(left), "\(again)")
        try FileManager.default.removeItem(atPath: left)
        let server = try await ServeProcess(data: data)
        let mode = try FileManager.default.attributesOfItem(atPath: server.tokenFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!FileManager.default.fileExists(atPath: server.tokenFile + ".old"))
        let token = server.token
        #expect(await server.stop() == 0)
        // Nor does a second one that cannot take the place of the first.
        try Data("a token\n".utf8).write(to: URL(fileURLWithPath: left))
        #expect(try await Program.run(["data", "new-admin", data]).status == 1)
        #expect(server.token == token && !FileManager.default.fileExists(atPath: server.tokenFile + ".old"))
        let written = await server.program.written().errors
        let line = written.split(separator: "\n").first { $0.contains("made an administrator") }
        #expect(line?.contains(server.tokenFile) == true && !written.contains(token))
    }

    @Test("R13: where there is no store, new-admin makes none")
    func nowhere() async throws {
        let directory = try TemporaryDirectory()
        let run = try await Program.run(["data", "new-admin", directory.path("nothing")])
        #expect(run.status == 64, "\(run)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }
}
