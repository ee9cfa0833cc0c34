// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyJournal
import Foundation
import KeyModel
import KeyStore
import KeyTLS
import KeyTesting
import KeyWire
import NIOCore
import Testing

@testable import KeyServer

@Suite("R13: callers by certificate") struct CertificateCallerTests {
    private static let probe = Call.listAccounts(ListAccountsRequest())

    /// A server that asks for certificates, an administrator of it, and a pair of a client that is no caller yet.
    private func withTLSServer(
        clock: any WallClock = SystemClock(), _ alternatives: [String] = ["URI:spiffe://example.org/billing"],
        _ body: (TLSFixture, TestServer, Speaker, TLSPair) async throws -> Void
    ) async throws {
        let fixture = try TLSFixture()
        let mine = try fixture.clients.issue("admin", [], for: .client)
        let pair = try fixture.clients.issue("client", alternatives, for: .client)
        try await withServer(clock: clock, tls: try fixture.door(asksClients: true)) { server in
            let administrator = Speaker(
                try await RawConnection(port: server.port, tls: fixture.raw(mine), token: server.token))
            try await body(fixture, server, administrator, pair)
            await administrator.raw.close()
        }
    }

    private func connect(_ server: TestServer, _ fixture: TLSFixture, _ pair: TLSPair) async throws -> Speaker {
        Speaker(try await RawConnection(port: server.port, tls: fixture.raw(pair)))
    }

    /// Has a name speak for a caller, from now on.
    private func map(_ name: String, to caller: CreateKeyResponse, _ fixture: TLSFixture, _ server: TestServer) throws {
        try fixture.map(["\(name) \(caller.key.id)"])
        let look = try #require(server.server.tls).settle(server.server.lookAtCertificates)
        guard case .loaded = look else {
            Issue.record("\(look)")
            return
        }
    }

    @Test(
        "a certificate speaks for the caller whom its SPIFFE ID, a DNS name or its fingerprint is mapped to",
        arguments: ["spiffe://example.org/billing", "dns:billing.example.org", "sha256"])
    func mapped(name: String) async throws {
        let alternatives = ["URI:spiffe://example.org/billing", "DNS:billing.example.org"]
        try await withTLSServer(alternatives) { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            let nobody = try await connect(server, fixture, pair)
            #expect(try await nobody.refusal(Self.probe) == .callerRequired)
            #expect(try await nobody.whoAmI() == "anonymous")
            let name = name == "sha256" ? try CertificateNames(file: pair.certificate).names[0] : name
            try map(name, to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            #expect(try await speaker.refusal(Self.probe) == nil)
            #expect(try await speaker.whoAmI() == "\(caller.key.id)")
            // No more than the caller may do.
            #expect(try await speaker.refusal(.snapshot)?.reason == .rightMissing)
            #expect(server.opened.store.index.count == 2)
            for each in [nobody, speaker] { await each.raw.close() }
        }
    }

    @Test("a caller who is revoked, disabled or narrowed is so at the very next call on a connection that is open")
    func changed() async throws {
        try await withTLSServer { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            let id = "\(caller.key.id)"
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            #expect(try await speaker.refusal(Self.probe) == nil)
            for enabled in [false, true] {
                _ = try await administrator.ask(
                    .updateKey(UpdateKeyRequest(keyID: id, enabled: enabled))
                ).get()
                #expect(try await speaker.refusal(Self.probe) == (enabled ? nil : .callerRequired))
            }
            // A new token is no new certificate.
            _ = try await administrator.ask(.rekeyKey(RekeyKeyRequest(keyID: id, overlap: .zero))).get()
            #expect(try await speaker.refusal(Self.probe) == nil)
            _ = try await administrator.ask(.updateKey(UpdateKeyRequest(keyID: id, grants: [Grant("usage:read")])))
                .get()
            #expect(try await speaker.refusal(Self.probe)?.reason == .rightMissing)
            _ = try await administrator.ask(.revokeKey(RevokeKeyRequest(keyID: id))).get()
            #expect(try await speaker.refusal(Self.probe) == .callerRequired)
            let late = try await connect(server, fixture, pair)
            #expect(try await late.refusal(Self.probe) == .callerRequired)
            for each in [speaker, late] { await each.raw.close() }
        }
    }

    @Test("a token speaks for another than the certificate does, and a bad one for nobody")
    func token() async throws {
        try await withTLSServer { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            let other = try await administrator.make(.caller(["store:create"]))
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            #expect(try await speaker.refusal(Self.probe) == nil)
            #expect(try await speaker.refusal(Self.probe, as: other.secret)?.reason == .rightMissing)
            #expect(try await speaker.whoAmI() == "\(other.key.id)")
            #expect(try await speaker.refusal(Self.probe, as: other.secret + "x") == .callerRequired)
            #expect(try await speaker.refusal(Self.probe) == .callerRequired)
            await speaker.raw.close()
        }
    }

    @Test("a connection ends when its certificate is another caller's, or nobody's, and others stay")
    func remapped() async throws {
        try await withTLSServer { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            let other = try await administrator.make(.caller(["store:create"]))
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            #expect(try await speaker.refusal(Self.probe) == nil)
            try map("spiffe://example.org/billing", to: other, fixture, server)
            let word = await speaker.raw.next()
            #expect(word?.id == 0)
            #expect(await speaker.raw.next() == nil)
            let again = try await connect(server, fixture, pair)
            #expect(try await again.whoAmI() == "\(other.key.id)")
            // Whom the change is nothing to.
            #expect(try await administrator.refusal(Self.probe) == nil)
            await again.raw.close()
        }
    }

    @Test("what a certificate's caller does is his in the audit trail, and what he may not is in the usage log")
    func written() async throws {
        try await withTLSServer { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["keys:create"]))
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            let made = try await speaker.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
            #expect(try await speaker.refusal(Self.probe)?.reason == .rightMissing)
            _ = try await administrator.ask(.revokeKey(RevokeKeyRequest(keyID: "\(caller.key.id)"))).get()
            let late = try await connect(server, fixture, pair)
            #expect(try await late.refusal(.health) == nil)
            #expect(made.key.accountID == "acme")
            guard
                case .success(.streamUsage(let records)) = try await administrator.ask(
                    .streamUsage(StreamUsageRequest(history: true, noFollow: true)))
            else {
                Issue.record("no usage")
                return
            }
            let events = records.compactMap { record -> UsageEvent? in
                if case .event(let event) = record.kind { return event }
                return nil
            }
            let refused = events.filter { $0.keyID == "\(caller.key.id)" }.map { ($0.path, $0.verdict) }
            #expect(refused.map(\.0) == ["list_accounts", "certificate"])
            #expect(refused.map(\.1) == [.permissionDenied, .revoked])
            for each in [speaker, late] { await each.raw.close() }
        }
    }

    @Test(
        "who was vouched for by an authority that is trusted no longer is sent away, and whoever else has a certificate"
    )
    func authorities() async throws {
        try await withTLSServer { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            let other = try TestAuthority(fixture.directory, name: "others")
            let (first, second) = try (Self.text(fixture.clients.certificate), Self.text(other.certificate))
            // One more takes nothing away.
            try trust(first + second, fixture, server)
            for each in [administrator, speaker] { #expect(try await each.refusal(Self.probe) == nil) }
            // The server has accepted this one when it has answered the next.
            let late = try await LateHandshake(port: server.port)
            let next = try await connect(server, fixture, pair)
            #expect(try await next.refusal(Self.probe) == nil)
            try trust(second, fixture, server)
            // What its loop was told to do is done before anything that comes from now on.
            for (eventLoop, _) in server.server.loops { try await eventLoop.submit {}.get() }
            for each in [administrator, speaker, next] {
                try? await each.raw.send(ClientFrame(id: 99, timeoutMilliseconds: 0, content: .call(.health)))
                guard let word = await each.raw.next(), word.id == 0, case .failure(let refusal)? = word.result else {
                    Issue.record("it has not ended")
                    continue
                }
                #expect(refusal.reason == .shuttingDown)
                #expect(await each.raw.next() == nil)
            }
            #expect(try await late.isAnswered(fixture.raw(pair)) == false)
            let mine = try other.issue("mine", ["URI:spiffe://example.org/billing"], for: .client)
            let again = try await connect(server, fixture, mine)
            #expect(try await again.whoAmI() == "\(caller.key.id)")
            await again.raw.close()
        }
    }

    private static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// Has the server trust these authorities for clients, from now on.
    private func trust(_ authorities: String, _ fixture: TLSFixture, _ server: TestServer) throws {
        try fixture.write(authorities, to: fixture.clients.certificate)
        let look = try #require(server.server.tls).settle(server.server.lookAtCertificates)
        guard case .loaded = look else {
            Issue.record("\(look)")
            return
        }
    }

    @Test("a connection's certificate speaks for nobody once it has ended")
    func ended() async throws {
        let clock = ManualClock(SystemClock().wallTime())
        try await withTLSServer(clock: clock) { fixture, server, administrator, pair in
            let caller = try await administrator.make(.caller(["accounts:read"]))
            try map("spiffe://example.org/billing", to: caller, fixture, server)
            let speaker = try await connect(server, fixture, pair)
            #expect(try await speaker.refusal(Self.probe) == nil)
            clock.advance(by: .seconds(3 * 86_400))
            #expect(try await speaker.refusal(Self.probe) == .callerRequired)
            // The handshake's own clock lets it in still; the service's does not.
            let late = try await connect(server, fixture, pair)
            try? await late.raw.send(ClientFrame(id: 9, timeoutMilliseconds: 0, content: .call(.health)))
            #expect(await late.raw.next() == nil)
            await speaker.raw.close()
        }
    }
}
