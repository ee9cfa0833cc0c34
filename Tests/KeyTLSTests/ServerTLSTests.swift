// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyTLS
import KeyTesting
import Testing

@Suite("R13: the files that a server speaks TLS with") struct ServerTLSTests {
    private static var now: Timestamp { Timestamp(nanoseconds: Int64(Date.now.timeIntervalSince1970) * 1_000_000_000) }

    @Test("a pair is read, and when its certificate ends")
    func read() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let authority = try TestAuthority(directory)
        let pair = try authority.issue("server", ["DNS:localhost"], for: .server)
        let loaded = try ServerTLS(pair, clientAuthorities: authority.certificate).load()
        let day: Int64 = 86_400_000_000_000
        let left = loaded.end.nanoseconds - Self.now.nanoseconds
        #expect((day...2 * day).contains(left))
        // Who has an old one may as well be told by his clients.
        let old = try authority.issue("old", ["DNS:localhost"], for: .server, isExpired: true)
        #expect(try ServerTLS(old).load().end < Self.now)
    }

    @Test("what cannot be used is refused by the file's name, with what to do about it")
    func refused() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let authority = try TestAuthority(directory)
        let pair = try authority.issue("server", [], for: .server)
        let other = try authority.issue("other", [], for: .server)
        let text = directory.path("text.pem")
        try Data("no certificate\n".utf8).write(to: URL(fileURLWithPath: text))
        chmod(text, 0o600)
        let large = directory.path("large.pem")
        try Data(count: Limits.tlsFileBytes + 1).write(to: URL(fileURLWithPath: large))
        let missing = directory.path("missing.pem")
        let rare = try authority.issue("rare", [], for: .server, algorithm: "ed448").certificate
        let table: [(tls: ServerTLS, words: String)] = [
            (ServerTLS(TLSPair(certificate: pair.certificate, key: other.key)), "do not belong together"),
            (ServerTLS(TLSPair(certificate: missing, key: pair.key)), "cannot read \(missing): No such file"),
            (ServerTLS(TLSPair(certificate: pair.certificate, key: missing)), "cannot read \(missing): No such file"),
            (ServerTLS(TLSPair(certificate: rare, key: pair.key)), "\(rare) cannot be used for TLS"),
            (ServerTLS(TLSPair(certificate: text, key: pair.key)), "\(text) holds no certificate"),
            (ServerTLS(TLSPair(certificate: large, key: pair.key)), "\(large) has more than"),
            (ServerTLS(TLSPair(certificate: directory.path, key: pair.key)), "\(directory.path) is not a file"),
            (ServerTLS(TLSPair(certificate: pair.certificate, key: text)), "\(text) holds no private key"),
            (ServerTLS(TLSPair(certificate: pair.certificate, key: pair.certificate)), "others than its owner"),
            (ServerTLS(pair, clientAuthorities: text), "\(text) holds no certificate"),
            (ServerTLS(pair, clientAuthorities: authority.certificate, callers: text), "\(text), line 1"),
        ]
        for (tls, words) in table {
            let fault = #expect(throws: TLSFault.self) { try tls.load() }
            #expect(fault?.description.contains(words) == true, "\(fault.map { "\($0)" } ?? "") is not \(words)")
            #expect(fault?.advice.isEmpty == false)
            #expect(fault?.isPassing == words.hasPrefix("cannot read"))
        }
    }

    @Test(
        "a private key that its group or others may use is refused, with chmod",
        arguments: [0o640, 0o604, 0o660, 0o601])
    func open(mode: mode_t) throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let pair = try TestAuthority(directory).issue("server", [], for: .server)
        chmod(pair.key, mode)
        let fault = #expect(throws: TLSFault.self) { try ServerTLS(pair).load() }
        #expect(fault?.advice == "run: chmod 600 \(pair.key)")
        chmod(pair.key, 0o400)
        _ = try ServerTLS(pair).load()
    }

    @Test("what says who is let in is refused when others may write it, with chmod", arguments: [0o664, 0o646])
    func writable(mode: mode_t) throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let authority = try TestAuthority(directory)
        let pair = try authority.issue("server", [], for: .server)
        let callers = directory.path("callers")
        try Data("# nobody\n".utf8).write(to: URL(fileURLWithPath: callers))
        let tls = ServerTLS(pair, clientAuthorities: authority.certificate, callers: callers)
        for path in [authority.certificate, callers] {
            chmod(callers, 0o644)
            chmod(path, mode)
            let fault = #expect(throws: TLSFault.self) { try tls.load() }
            #expect(fault?.advice == "run: chmod go-w \(path)")
            chmod(path, 0o444)
            if path == callers { _ = try tls.load() }
        }
    }

    @Test("a client's certificate has a fingerprint, its SPIFFE ID and its DNS names, in that order")
    func names() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let authority = try TestAuthority(directory)
        func names(_ name: String, _ alternatives: [String]) throws -> [String] {
            let pair = try authority.issue(name, alternatives, for: .client)
            let names = try CertificateNames(file: pair.certificate).names
            #expect(names.first?.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil)
            return Array(names.dropFirst())
        }
        #expect(try names("none", []) == [])
        #expect(
            try names("all", ["DNS:B.example.org", "URI:spiffe://example.org/x", "DNS:a.example.org", "IP:127.0.0.1"])
                == ["spiffe://example.org/x", "dns:b.example.org", "dns:a.example.org"])
        // Two URIs are no SPIFFE ID, and another scheme is none.
        #expect(try names("two", ["URI:spiffe://example.org/x", "URI:spiffe://example.org/y"]) == [])
        #expect(try names("web", ["URI:https://example.org/x", "DNS:a"]) == ["dns:a"])
    }
}
