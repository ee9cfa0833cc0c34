// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyServer
import KeyStore
import KeyTLS
import KeyTesting

/// The certificates of one test, and a server that has them.
struct TLSFixture {
    let directory: TemporaryDirectory
    let authority: TestAuthority
    /// What the server shows: files that a test may exchange.
    let live: TLSPair
    /// The authority of the clients' certificates.
    let clients: TestAuthority
    /// The file that says which certificate speaks for whom.
    let callers: String

    init() throws {
        directory = try TemporaryDirectory()
        authority = try TestAuthority(directory)
        clients = try TestAuthority(directory, name: "clients")
        live = TLSPair(certificate: directory.path("live.pem"), key: directory.path("live.key"))
        callers = directory.path("callers")
        try write("# nobody yet\n", to: callers)
        try install(try pair("first"))
    }

    /// A pair for 127.0.0.1 that the authority vouches for.
    func pair(_ name: String) throws -> TLSPair { try authority.issue(name, ["IP:127.0.0.1"], for: .server) }

    /// Has the server's files be another pair's, each at once.
    func install(_ pair: TLSPair) throws {
        try replace(live.certificate, with: pair.certificate)
        try replace(live.key, with: pair.key)
    }

    func replace(_ path: String, with other: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: other))
        let temporary = path + ".new"
        try bytes.write(to: URL(fileURLWithPath: temporary))
        chmod(temporary, 0o600)
        guard rename(temporary, path) == 0 else { throw CancellationError() }
    }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        chmod(path, 0o600)
    }

    /// Says which names speak for which callers.
    func map(_ lines: [String]) throws { try write(lines.joined(separator: "\n") + "\n", to: callers) }

    func door(asksClients: Bool = false) throws -> TLSDoor {
        try TLSDoor(
            ServerTLS(
                live, minimum: .tls13, clientAuthorities: asksClients ? clients.certificate : nil,
                callers: asksClients ? callers : nil))
    }

    /// What a client needs that shows this pair, or nothing.
    func files(_ pair: TLSPair? = nil) -> ClientTLSFiles {
        ClientTLSFiles(authorities: authority.certificate, certificate: pair?.certificate, key: pair?.key)
    }

    func raw(_ pair: TLSPair? = nil) -> ClientTLS { ClientTLS(authorities: authority.certificate, pair: pair) }
}

extension TLSDoor {
    /// Looks as often as it takes to take in a change that is over.
    func settle(_ look: () -> Look) -> Look {
        if case .same = look() { return look() }
        return .same
    }
}
