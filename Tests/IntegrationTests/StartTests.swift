// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// What the program says when it must not start, and how it ends.
@Suite struct StartTests {
    @Test("a second process on the same directory is refused, and told who holds it")
    func secondProcess() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let second = try await Program.run(["serve", "--data", directory.path("data"), "--listen", "127.0.0.1:0"])
        #expect(second.status == 75)
        #expect(second.errors.contains(directory.path("data")))
        #expect(second.errors.contains("\(server.program.processIdentifier)"))
        #expect(await server.stop() == 0)
    }

    @Test("another store's key, a missing one and one that others may read are refused by the file's name")
    func keys() async throws {
        let directory = try TemporaryDirectory()
        let (data, key) = (directory.path("data"), directory.path("data.key"))
        let server = try await ServeProcess(data: data)
        #expect(await server.stop() == 0)
        let right = try Data(contentsOf: URL(fileURLWithPath: key))
        func refused() async throws -> String {
            let run = try await Program.run(["serve", "--data", data, "--listen", "127.0.0.1:0"])
            #expect(run.status == 70)
            #expect(run.errors.contains(key))
            return run.errors
        }
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: key))
        chmod(key, 0o600)
        _ = try await refused()
        try right.write(to: URL(fileURLWithPath: key))
        chmod(key, 0o640)
        _ = try await refused()
        try FileManager.default.removeItem(atPath: key)
        _ = try await refused()
        #expect(!FileManager.default.fileExists(atPath: key))
        try right.write(to: URL(fileURLWithPath: key))
        chmod(key, 0o600)
        let again = try await ServeProcess(data: data)
        #expect(await again.stop() == 0)
    }

    @Test("a damaged journal is refused by file and offset, with what to do")
    func damage() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        for number in 0..<4 { _ = try await client.makeKey(name: "key \(number)") }
        await client.close()
        #expect(await server.stop() == 0)
        let segment = directory.path("data/journal/0000000000000002.lkj")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
        bytes[200] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: segment))
        let run = try await Program.run(["serve", "--data", directory.path("data"), "--listen", "127.0.0.1:0"])
        #expect(run.status == 70)
        #expect(run.errors.contains("0000000000000002.lkj"))
        #expect(run.errors.contains("offset 128"))
        // Nothing was changed.
        #expect(try Data(contentsOf: URL(fileURLWithPath: segment)) == bytes)
    }

    @Test("an address that strangers can reach is refused with an explanation")
    func address() async throws {
        let directory = try TemporaryDirectory()
        let run = try await Program.run(["serve", "--data", directory.path("data"), "--listen", "0.0.0.0:0"])
        #expect(run.status == 64)
        #expect(run.errors.contains("refusing to listen on 0.0.0.0"))
    }

    @Test(
        "SIGTERM: calls in flight are answered, everything is synced, the exit status is 0",
        arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let key = try await client.makeKey()
        server.program.signal(signal)
        #expect(await server.program.status() == 0)
        await client.close()
        let again = try await ServeProcess(data: directory.path("data"))
        let other = again.client()
        #expect(try await other.verdict(key.secret) == .valid)
        await other.close()
        #expect(await again.stop() == 0)
    }
}
