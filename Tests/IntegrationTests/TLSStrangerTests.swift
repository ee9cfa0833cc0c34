// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTLS
import KeyTesting
import Testing

@testable import latchkey

/// Who gets a call answered on a TLS port, and who does not: by tools that are not ours.
@Suite("R13: strangers on a TLS port") struct TLSStrangerTests {
    /// The certificates of a test, and the server that has them.
    private struct House {
        let directory: TemporaryDirectory
        let authority: TestAuthority
        let clients: TestAuthority
        let server: ServeProcess

        init(_ extra: [String] = [], asksClients: Bool = false) async throws {
            directory = try TemporaryDirectory()
            authority = try TestAuthority(directory)
            clients = try TestAuthority(directory, name: "clients")
            let pair = try authority.issue("server", ["IP:127.0.0.1"], for: .server)
            let asks = asksClients ? ["--tls-client-ca", clients.certificate] : []
            server = try await ServeProcess(
                data: directory.path("data"),
                extra: ["--tls-certificate", pair.certificate, "--tls-key", pair.key] + asks + extra)
        }

        func pair(_ certificate: TLSStranger.Certificate) throws -> TLSPair? {
            switch certificate {
            case .none: nil
            case .good: try clients.issue("good", ["DNS:a"], for: .client)
            case .expired: try clients.issue("expired", ["DNS:a"], for: .client, isExpired: true)
            case .foreign: try authority.issue("foreign", ["DNS:a"], for: .client)
            case .forServers: try clients.issue("servers", ["DNS:a"], for: .server)
            }
        }

        func meet(_ strangers: [TLSStranger]) async throws {
            for stranger in strangers {
                let pair = try pair(stranger.certificate)
                for tool in TLSStranger.Tool.allCases where tool == .python || !stranger.version.isEmpty {
                    let isAnswered = try await stranger.call(
                        tool, port: server.port, authority: authority.certificate, pair: pair)
                    #expect(isAnswered == stranger.isAnswered, "\(stranger.name), \(tool)")
                }
            }
            #expect(await server.stop() == 0)
        }
    }

    @Test("TLS 1.3 and this protocol get an answer; older versions, other protocols, none, and no TLS do not")
    func usual() async throws {
        try await House().meet([
            TLSStranger(name: "TLS 1.3", isAnswered: true),
            TLSStranger(name: "two protocols, ours the second", protocols: ["h2", "latchkey/1"], isAnswered: true),
            TLSStranger(name: "TLS 1.2", version: "1.2", isAnswered: false),
            TLSStranger(name: "TLS 1.1", version: "1.1", isAnswered: false),
            TLSStranger(name: "another protocol", protocols: ["h2", "http/1.1"], isAnswered: false),
            TLSStranger(name: "no protocol", protocols: [], isAnswered: false),
            TLSStranger(name: "in the clear", version: "", isAnswered: false),
        ])
    }

    @Test("with TLS 1.2 allowed it gets an answer too, and 1.1 still does not")
    func older() async throws {
        try await House(["--tls-minimum", "1.2"]).meet([
            TLSStranger(name: "TLS 1.3", isAnswered: true),
            TLSStranger(name: "TLS 1.2", version: "1.2", isAnswered: true),
            TLSStranger(name: "TLS 1.1", version: "1.1", isAnswered: false),
            TLSStranger(name: "TLS 1.0", version: "1.0", isAnswered: false),
            TLSStranger(name: "1.2, another protocol", version: "1.2", protocols: ["h2"], isAnswered: false),
            TLSStranger(name: "1.2, no protocol", version: "1.2", protocols: [], isAnswered: false),
        ])
    }

    @Test("where clients have certificates, who has none, an old one, another's or a server's is not answered")
    func clients() async throws {
        let versions = ["1.3", "1.2"]
        try await House(["--tls-minimum", "1.2"], asksClients: true).meet(
            versions.flatMap { version in
                [
                    TLSStranger(name: "good", version: version, certificate: .good, isAnswered: true),
                    TLSStranger(name: "none", version: version, isAnswered: false),
                    TLSStranger(name: "expired", version: version, certificate: .expired, isAnswered: false),
                    TLSStranger(name: "another authority", version: version, certificate: .foreign, isAnswered: false),
                    TLSStranger(name: "for servers", version: version, certificate: .forServers, isAnswered: false),
                ]
            })
    }

    @Test("a client that wants to renegotiate is not answered any more")
    func renegotiation() async throws {
        let house = try await House(["--tls-minimum", "1.2"])
        let client = try Program(
            [
                "s_client", "-connect", "127.0.0.1:\(house.server.port)", "-CAfile", house.authority.certificate,
                "-tls1_2", "-alpn", "latchkey/1",
            ], program: "/usr/bin/openssl")
        client.type(Array("R\n".utf8))
        let heard = await client.line(containing: "RENEGOTIATING")
        #expect(heard != nil)
        client.type(TLSStranger.call)
        #expect(await !client.says(Version.text))
        #expect(await house.server.stop() == 0)
    }

    @Test("only the ciphers with forward secrecy and authenticated encryption are spoken in TLS 1.2")
    func ciphers() async throws {
        let house = try await House(["--tls-minimum", "1.2"])
        for (cipher, isSpoken) in [
            ("ECDHE-ECDSA-AES128-GCM-SHA256", true), ("ECDHE-ECDSA-CHACHA20-POLY1305", true),
            ("ECDHE-ECDSA-AES128-SHA", false), ("ECDHE-ECDSA-AES256-SHA", false), ("AES128-GCM-SHA256", false),
        ] {
            let client = try Program(
                [
                    "s_client", "-connect", "127.0.0.1:\(house.server.port)", "-CAfile", house.authority.certificate,
                    "-tls1_2", "-alpn", "latchkey/1", "-cipher", "\(cipher):@SECLEVEL=0",
                ], program: "/usr/bin/openssl")
            client.send("")
            _ = await client.status()
            let output = await client.written().output
            #expect(output.contains("Cipher is \(cipher)") == isSpoken, "\(cipher)")
            if isSpoken {
                #expect(output.contains("Compression: NONE") && output.contains("Secure Renegotiation IS supported"))
            }
        }
        #expect(await house.server.stop() == 0)
    }
}
