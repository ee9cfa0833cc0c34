// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTLS
import KeyTesting
import Testing

/// TLS by the program itself: what it refuses to start with, what it reads again, and what its commands take.
@Suite("R13: the program and TLS") struct TLSCommandTests {
    private let directory: TemporaryDirectory
    private let authority: TestAuthority
    private let pair: TLSPair

    init() throws {
        directory = try TemporaryDirectory()
        authority = try TestAuthority(directory)
        pair = try authority.issue("server", ["IP:127.0.0.1"], for: .server)
    }

    private var files: [String] { ["--tls-certificate", pair.certificate, "--tls-key", pair.key] }

    @Test("what is wrong with its files or its exposure, it says before it makes a store, with what to do")
    func refused() async throws {
        let data = directory.path("data")
        func run(_ options: [String]) async throws -> Program.Run {
            try await Program.run(["serve", "--data", data] + options)
        }
        chmod(pair.key, 0o644)
        let open = try await run(["--listen", "127.0.0.1:0"] + files)
        #expect(open.status == 64)
        #expect(open.errors.contains("hint: run: chmod 600 \(pair.key)"))
        chmod(pair.key, 0o600)
        let table: [([String], String)] = [
            (["--listen", "0.0.0.0:0"], "--accept-plaintext"),
            (["--listen", "0.0.0.0:0", "--without-callers"] + files, "--accept-without-callers"),
            (["--listen", "example.org:0"], "no IP address"),
            (["--tls-certificate", pair.certificate], "go together"),
            (["--tls-client-ca", authority.certificate], "goes with --tls-certificate"),
            (files + ["--tls-callers", pair.certificate], "goes with --tls-client-ca"),
            (files + ["--tls-minimum", "1.1"], "1.1"),
        ]
        for (options, words) in table {
            let run = try await run(options)
            #expect(run.status == 64 && run.errors.contains(words), "\(options): \(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test("config check refuses what serve refuses, and takes what it takes")
    func checked() async throws {
        func run(_ options: [String]) async throws -> Program.Run {
            try await Program.run(["config", "check", "--", "--data", directory.path("data")] + options)
        }
        let others = ["--listen", "0.0.0.0:0"]
        let missing = directory.path("missing.pem")
        let table: [([String], String)] = [
            (others, "--accept-plaintext"), (others + files + ["--without-callers"], "--accept-without-callers"),
            (["--tls-certificate", missing, "--tls-key", pair.key], missing),
            (["--tls-certificate", pair.certificate, "--tls-key", authority.certificate], "chmod 600"),
            (files + ["--tls-client-ca", missing], missing), (["--listen", "example.org:1"], "no IP address"),
        ]
        for (options, words) in table {
            let run = try await run(options)
            #expect(run.status == 64 && run.errors.contains(words), "\(options): \(run.errors)")
        }
        for options in [[], others + files, others + ["--accept-plaintext"]] {
            let run = try await run(options)
            #expect(run.status == 0 && run.output.hasPrefix("good: "), "\(options): \(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path("data")))
    }

    @Test("with the risk accepted it listens where others can come, and says so")
    func accepted() async throws {
        let server = try Program([
            "serve", "--data", directory.path("data"), "--listen", "0.0.0.0:0", "--accept-plaintext",
        ])
        #expect(await server.line(containing: "can be read on the way") != nil)
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
    }

    @Test("a command trusts the authority that it is told, by flag or environment, and names what is wrong otherwise")
    func commands() async throws {
        let other = try TestAuthority(directory, name: "other")
        let server = try await ServeProcess(data: directory.path("data"), extra: files)
        let address = ["--address", "tls://127.0.0.1:\(server.port)", "--token-file", server.tokenFile]
        let flag = try await Program.run(["whoami", "--tls-ca", authority.certificate] + address)
        #expect(flag.status == 0, "\(flag.errors)")
        let variable = try await Program.run(
            ["whoami"] + address, environment: ["LATCHKEY_TLS_CA": authority.certificate])
        #expect(variable.status == 0, "\(variable.errors)")
        let stranger = try await Program.run(["whoami", "--tls-ca", other.certificate] + address)
        #expect(stranger.status == 69 && stranger.errors.contains("--tls-ca"), "\(stranger.errors)")
        let name = try await Program.run([
            "whoami", "--tls-ca", authority.certificate, "--address", "tls://127.0.0.2:\(server.port)",
        ])
        // It listens on the one address only; what answers on another of this machine is not it.
        #expect(name.status == 69)
        let clear = try await Program.run(["whoami", "--address", "127.0.0.1:\(server.port)"])
        #expect(clear.status == 70 && clear.errors.contains("tls://"), "\(clear.errors)")
        let bench = try await Program.run(
            [
                "bench", "--tls", "--tls-ca", authority.certificate, "--address", "127.0.0.1:\(server.port)",
                "--token-file", server.tokenFile, "--keys", "5", "--connections", "2", "--seconds", "0.1", "--warmup",
                "0", "-o", "json",
            ])
        #expect(bench.status == 0, "\(bench.errors)")
        #expect(await server.stop() == 0)
    }

    @Test("a new pair is read by itself, and a bad one is told of in the log")
    func reload() async throws {
        let server = try await ServeProcess(data: directory.path("data"), extra: files)
        let next = try authority.issue("next", ["IP:127.0.0.1"], for: .server)
        func replace(_ path: String, with other: String) throws {
            guard rename(other, path) == 0 else { throw CancellationError() }
        }
        try replace(pair.key, with: next.key)
        #expect(await server.program.line(containing: "cannot be used; what was read before") != nil)
        try replace(pair.certificate, with: next.certificate)
        #expect(await server.program.line(containing: "read the TLS certificate") != nil)
        let address = ["--address", "tls://127.0.0.1:\(server.port)", "--tls-ca", authority.certificate]
        #expect(try await Program.run(["health"] + address).status == 0)
        #expect(await server.stop() == 0)
    }
}
