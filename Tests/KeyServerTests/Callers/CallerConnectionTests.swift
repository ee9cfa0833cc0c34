// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyModel
import KeyServer
import KeyStore
import KeyTesting
import KeyWire
import Testing

/// What is so of a caller on a socket, besides the table.
@Suite("R13: callers on a connection") struct CallerConnectionTests {
    private static let probe = Call.listAccounts(ListAccountsRequest())

    private func tcp(_ server: TestServer, _ token: String = "") async throws -> Speaker {
        Speaker(try await RawConnection(port: server.port, token: token))
    }

    private func frame(
        _ id: UInt64, _ call: Call, as token: String = "", timeoutMilliseconds: UInt32 = 0
    ) -> ClientFrame {
        ClientFrame(id: id, timeoutMilliseconds: timeoutMilliseconds, content: .call(call), authorization: token)
    }

    @Test("a bad authorization is told of, clears the caller, and is no more than that: a good one sets him again")
    func bad() async throws {
        try await withServer { server in
            let speaker = try await tcp(server, server.token)
            #expect(try await speaker.refusal(Self.probe) == nil)
            // Without a call it is answered when it is bad, and only then.
            try await speaker.raw.send(
                ClientFrame(id: 5, timeoutMilliseconds: 0, content: .nothing, authorization: server.token + "x"))
            #expect(await speaker.answer().reason == .callerRequired)
            #expect(try await speaker.refusal(Self.probe) == .callerRequired)
            #expect(try await speaker.refusal(Self.probe, as: server.token) == nil)
            // With a call, the call is made by nobody.
            #expect(try await speaker.refusal(Self.probe, as: "lkc_nonsense") == .callerRequired)
            #expect(try await speaker.refusal(.health, as: "lkc_nonsense") == nil)
            #expect(try await speaker.whoAmI() == "anonymous")
            #expect(try await speaker.refusal(Self.probe, as: server.token) == nil)
            await speaker.raw.close()
        }
    }

    @Test("every frame may speak for another, and each is answered by its own caller's rights, in one write")
    func multiplexed() async throws {
        try await withServer { server in
            let administrator = try await tcp(server, server.token)
            let issuer = try await administrator.make(.caller(["keys:*"])).secret
            let validator = try await administrator.make(.caller(["validation:read"])).secret
            let key = try await administrator.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
            let read = Call.getKey(GetKeyRequest(keyID: "\(key.key.id)"))
            let validate = Call.validate(ValidateRequest(secret: key.secret))
            let asked: [(Call, String, Reason?)] = [
                (read, issuer, nil), (validate, "", .rightMissing), (validate, validator, nil),
                (read, "", .rightMissing), (Self.probe, server.token, nil), (read, "", nil),
                (read, "x", .callerRequired),
                (validate, "", .callerRequired), (read, issuer, nil), (Self.probe, "", .rightMissing),
                (validate, validator, nil), (.whoAmI, "", nil), (Self.probe, issuer + "x", .callerRequired),
            ]
            let speaker = try await tcp(server)
            for _ in 0..<20 {
                let frames = asked.enumerated().map { frame(UInt64($0 + 1), $1.0, as: $1.1) }
                try await speaker.raw.send(frames)
                var told: [UInt64: Reason] = [:]
                for _ in frames {
                    let answer = await speaker.raw.next()
                    if case .failure(let refusal) = answer?.result { told[answer?.id ?? 0] = refusal.reason }
                }
                #expect((1...asked.count).map { told[UInt64($0)] } == asked.map(\.2))
            }
            await speaker.raw.close()
        }
    }

    @Test("a Validate that waits for a revision is answered by what its caller is then, not by whom others speak for")
    func held() async throws {
        try await withServer { server in
            let administrator = try await tcp(server, server.token)
            let made = try await administrator.make(.caller(["validation:read"]))
            let key = try await administrator.make(
                CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
            let speaker = try await tcp(server)
            let next = server.opened.store.revision + 1
            let single = Call.validate(ValidateRequest(secret: key.secret, minRevision: next))
            let batch = Call.validateBatch(
                ValidateBatchRequest(requests: [ValidateRequest(secret: key.secret, minRevision: next)]))
            try await speaker.raw.send([
                frame(1, single, as: made.secret, timeoutMilliseconds: 300_000),
                frame(2, batch, timeoutMilliseconds: 300_000),
                frame(3, single, as: server.token, timeoutMilliseconds: 300_000),
                frame(4, .whoAmI),
            ])
            #expect(await speaker.raw.next()?.id == 4)
            // The revision that they wait for is his end.
            #expect(try await administrator.refusal(.revokeKey(RevokeKeyRequest(keyID: "\(made.key.id)"))) == nil)
            var told: [UInt64: Reason] = [:]
            for _ in 1...3 {
                let answer = await speaker.raw.next()
                if case .failure(let refusal) = answer?.result { told[answer?.id ?? 0] = refusal.reason }
            }
            #expect(told == [1: .callerRequired, 2: .callerRequired])
            await speaker.raw.close()
        }
    }

    @Test("a stream shows a tenant his own, and ends before its next event when he is narrowed, whoever speaks by then")
    func stream() async throws {
        try await withServer { server in
            let administrator = try await tcp(server, server.token)
            let made = try await administrator.make(.caller(["acme/usage:read", "other/usage:read"]))
            var tokens: [String: String] = [:]
            for account in ["acme", "other", "third"] {
                tokens[account] = try await administrator.make(
                    CreateKeyRequest(accountID: account, userID: "u-1", name: account, unrestricted: true)
                ).secret
            }
            func use(_ account: String) async throws {
                _ = try await administrator.ask(.validate(ValidateRequest(secret: tokens[account] ?? ""))).get()
            }
            for account in ["third", "acme", "third", "other"] { try await use(account) }
            let speaker = try await tcp(server)
            try await speaker.raw.send([
                frame(7, .streamUsage(StreamUsageRequest(history: true)), as: made.secret),
                // The connection speaks for an administrator from here on, the stream does not.
                frame(8, .whoAmI, as: server.token),
            ])
            var seen: [String] = []
            func read(until count: Int) async {
                while seen.count < count, let frame = await speaker.raw.next() {
                    guard case .success(.streamUsage(let records)) = frame.result else { continue }
                    for case .event(let event) in records.map(\.kind) { seen.append(event.accountID) }
                }
            }
            await read(until: 2)
            for account in ["third", "other", "third", "acme"] { try await use(account) }
            await read(until: 4)
            #expect(seen == ["acme", "other", "other", "acme"])
            let narrowing = UpdateKeyRequest(keyID: "\(made.key.id)", grants: [Grant("other/usage:read")])
            #expect(try await administrator.refusal(.updateKey(narrowing)) == nil)
            try await use("acme")
            try await use("other")
            while let frame = await speaker.raw.next() {
                if frame.id != 7 { continue }
                if case .failure(let refusal) = frame.result {
                    #expect(refusal == .callerRequired)
                    #expect(frame.end)
                    break
                }
                guard case .success(.streamUsage(let records)) = frame.result else { continue }
                if case .event? = records.first?.kind {
                    Issue.record("\(records)")
                    break
                }
            }
            #expect(try await speaker.refusal(Self.probe) == nil)
            await speaker.raw.close()
        }
    }

    @Test("on the Unix socket the listed users are administrators without a token, and nobody is on a port")
    func users() async throws {
        let user = geteuid()
        let policies: [(CallerPolicy, isAdministrator: Bool, isOpen: Bool)] = [
            (CallerPolicy(), true, false), (CallerPolicy(administrators: [user, user &+ 1]), true, false),
            (CallerPolicy(administrators: [user &+ 1]), false, false), (CallerPolicy(administrators: []), false, false),
            (CallerPolicy(isRequired: false, administrators: []), true, true),
        ]
        for (policy, isAdministrator, isOpen) in policies {
            let directory = try TemporaryDirectory()
            try await withServer(callers: policy) { server in
                let path = directory.path("latchkey.sock")
                _ = try await server.server.listen(.unix(path: path))
                let local = Speaker(try await RawConnection(path: path))
                #expect(try await local.whoAmI() == "uid:\(user)")
                #expect((try await local.refusal(.snapshot) == nil) == isAdministrator)
                let remote = try await tcp(server)
                #expect(try await remote.whoAmI() == "anonymous")
                #expect((try await remote.refusal(Self.probe) == nil) == isOpen)
                // Whoever presents a token is who the token says, and after a bad one he is nobody.
                #expect(try await local.refusal(.snapshot, as: server.token) == nil)
                #expect(try await local.refusal(.snapshot, as: "lkc_x") == .callerRequired)
                #expect(try await local.refusal(.snapshot) == .callerRequired)
                await local.raw.close()
                await remote.raw.close()
            }
        }
    }

    @Test("a caller tied to this machine's address speaks over a port, and not over the Unix socket")
    func addresses() async throws {
        let directory = try TemporaryDirectory()
        try await withServer { server in
            let path = directory.path("latchkey.sock")
            _ = try await server.server.listen(.unix(path: path))
            let administrator = try await tcp(server, server.token)
            let made = try await administrator.make(.caller(["accounts:read"], ips: ["127.0.0.0/8", "::1"]))
            let near = try await tcp(server, made.secret)
            #expect(try await near.refusal(Self.probe) == nil)
            let local = Speaker(try await RawConnection(path: path))
            #expect(try await local.refusal(Self.probe, as: made.secret) == .callerRequired)
            for speaker in [administrator, near, local] { await speaker.raw.close() }
        }
    }
}

extension Result<Reply, Refusal> {
    /// Why it was refused; `nil` when it was answered.
    fileprivate var reason: Reason? {
        if case .failure(let refusal) = self { refusal.reason } else { nil }
    }
}
