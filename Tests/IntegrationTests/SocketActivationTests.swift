// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyTesting
import Testing

@testable import latchkey

/// Sockets that the service manager opens and passes on, as sd_listen_fds(3) has it.
@Suite struct SocketActivationTests {
    @Test("a passed socket is served, is the only one without being told, and stays at the end")
    func served() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("passed.sock")
        let socket = try ListeningSocket(path: path)
        // Who calls before the program runs is answered when it does.
        let client = KeyClient(.unix(path: path), configuration: .patient)
        async let early = client.whoAmI()
        let server = try socket.start(["serve", "--data", directory.path("data")])
        #expect(try await early.caller == "uid:\(getuid())")
        let line = try #require(await server.line(containing: "\"listening\""))
        #expect(line.contains("unix:\(path)"))
        #expect(line.contains("latchkey.socket"))
        let key = try await client.makeKey()
        #expect(try await client.verdict(key.secret) == .valid)
        await client.close()
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
        let errors = await server.written().errors
        #expect(errors.components(separatedBy: "\"listening\"").count == 2)
        #expect(FileManager.default.fileExists(atPath: path))

        // The next one takes it over.
        let again = try socket.start(["serve", "--data", directory.path("data")])
        let other = KeyClient(.unix(path: path), configuration: .patient)
        #expect(try await other.verdict(key.secret) == .valid)
        await other.close()
        again.signal(SIGTERM)
        #expect(await again.status() == 0)
    }

    @Test("beside a passed socket those that are asked for are opened too")
    func both() async throws {
        let directory = try TemporaryDirectory()
        let socket = try ListeningSocket(host: "127.0.0.1")
        let server = try socket.start(["serve", "--data", directory.path("data"), "--unix", directory.path("own.sock")])
        let client = KeyClient(.unix(path: directory.path("own.sock")), configuration: .patient)
        _ = await server.line(containing: "\"passed_as\":\"latchkey.socket\"")
        #expect(try await client.whoAmI().caller == "uid:\(getuid())")
        await client.close()
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
    }

    @Test("a passed socket that strangers can reach, or that does not listen, is refused with an explanation")
    func refused() async throws {
        let directory = try TemporaryDirectory()
        let open = try ListeningSocket(host: "0.0.0.0").start(["serve", "--data", directory.path("data")])
        #expect(await open.status() == 64)
        #expect(await open.written().errors.contains("refusing to listen on 0.0.0.0"))
        let silent = try ListeningSocket(path: directory.path("silent.sock"), listens: false)
            .start(["serve", "--data", directory.path("data")])
        #expect(await silent.status() == 64)
        #expect(await silent.written().errors.contains("not a stream socket that listens"))
    }

    @Test("the variables are for the process that they name, and say how many sockets there are and their names")
    func variables() throws {
        func read(_ variables: [String: String]) throws -> [PassedDescriptors.Descriptor] {
            try PassedDescriptors.read({ variables[$0] }, process: 42)
        }
        #expect(try read([:]).isEmpty)
        #expect(try read(["LISTEN_PID": "41", "LISTEN_FDS": "1"]).isEmpty)
        #expect(try read(["LISTEN_PID": "42"]).isEmpty)
        #expect(
            try read(["LISTEN_PID": "42", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "a::"])
                == [.init(number: 3, name: "a"), .init(number: 4, name: ""), .init(number: 5, name: "")])
        #expect(try read(["LISTEN_PID": "42", "LISTEN_FDS": "1"]) == [.init(number: 3, name: "")])
        for text in ["-1", "17", "many", "99999999999999999999"] {
            #expect(throws: CommandFailure.self) { try read(["LISTEN_PID": "42", "LISTEN_FDS": text]) }
        }
    }
}
