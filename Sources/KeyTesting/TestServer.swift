// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyClient
package import KeyJournal
package import KeyModel
package import KeyServer
package import KeyService
package import KeyStore
internal import KeyUsage

/// The whole service in this process, on a real socket and, unless another storage is given, a real disk.
package final class TestServer: Sendable {
    package let opened: OpenStore
    package let service: KeyService
    package let server: FrameServer
    /// Where it listens: a TCP port that the system chose.
    package let address: FrameServer.Address
    /// An administrator's.
    package let token: String
    private let usage: UsageLog
    private let usageTask: Task<Void, Never>

    /// - Parameters:
    ///   - path: The data directory; it may hold a store already.
    ///   - token: Of an administrator who is in that store; otherwise one is made.
    package init(
        path: String, storage: any Storage = PosixStorage(), clock: any WallClock = SystemClock(), eventLoops: Int = 1,
        callers: CallerPolicy = CallerPolicy(), token: String? = nil, limits: ConnectionLimits = .patient,
        tls: TLSDoor? = nil
    ) async throws {
        opened = try OpenStore(path: path, storage: storage, clock: clock, segmentBytes: 1024 * 1024) { _ in }
        let storeClock = opened.store.clock
        let usage = try UsageLog(
            epoch: UInt64(bitPattern: storeClock.now().nanoseconds), laneCount: eventLoops,
            disk: UsageDisk(storage: storage, path: path, now: { storeClock.now() }), now: { storeClock.now() })
        self.usage = usage
        usageTask = Task { await usage.run() }
        service = KeyService(
            store: opened.store, snapshots: opened.snapshots, digester: opened.digester, usage: usage, version: "test")
        var made = ""
        if token == nil { _ = try await opened.store.makeAdministrator(name: "test", by: "test") { made = $0 } }
        self.token = token ?? made
        server = FrameServer(
            service: service, eventLoops: eventLoops, callers: callers, limits: limits, tls: tls)
        address = try await server.listen(.tcp(host: "127.0.0.1", port: 0))
    }

    /// The port on 127.0.0.1.
    package var port: Int {
        if case .tcp(_, let port) = address { return port }
        return 0
    }

    /// A client with a connection of its own, for an administrator or whoever has the token.
    package func client(_ token: String? = nil) -> KeyClient {
        var configuration = ClientConfiguration.patient
        configuration.token = token ?? self.token
        return KeyClient(.tcp(host: "127.0.0.1", port: port), configuration: configuration)
    }

    /// One that speaks TLS, for whoever has the token, or with an empty one for whom its certificate says.
    package func secureClient(_ files: ClientTLSFiles, token: String? = nil) -> KeyClient {
        var configuration = ClientConfiguration.patient
        configuration.token = token ?? self.token
        configuration.tls = files
        return KeyClient(.tls(host: "127.0.0.1", port: port), configuration: configuration)
    }

    /// Stops as the program does: the calls in flight finish, everything is synced.
    package func stop() async {
        await server.stop()
        usage.stop()
        await usageTask.value
        opened.stop()
    }
}

/// Runs `body` against a server of its own, and stops it.
package func withServer(
    clock: any WallClock = SystemClock(), eventLoops: Int = 1, callers: CallerPolicy = CallerPolicy(),
    limits: ConnectionLimits = .patient, tls: TLSDoor? = nil, _ body: (TestServer) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory()
    let server = try await TestServer(
        path: directory.path("data"), clock: clock, eventLoops: eventLoops, callers: callers,
        limits: limits, tls: tls)
    do {
        try await body(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

extension KeyClient {
    /// A key without a restriction, in an account that may not exist yet.
    package func makeKey(
        account: String = "acme", user: String = "u-1", name: String = "key", expiry: Expiry? = nil
    ) async throws -> CreateKeyResponse {
        try await createKey(
            CreateKeyRequest(accountID: account, userID: user, name: name, unrestricted: true, expiry: expiry))
    }

    /// What Validate says of a token.
    package func verdict(_ token: String) async throws -> Verdict? {
        try await validate(ValidateRequest(secret: token)).verdict
    }
}

extension ConnectionLimits {
    /// For tests that run beside others on a machine that has enough to do: nothing is shed for that.
    package static let patient: ConnectionLimits = {
        var limits = ConnectionLimits()
        limits.queueDelay = .zero
        limits.handshake = .seconds(600)
        limits.firstFrame = .seconds(600)
        limits.frame = .seconds(600)
        return limits
    }()
}

extension ClientConfiguration {
    /// For tests that run beside others on a machine that has enough to do: what they ask comes, sooner or later.
    package static let patient = ClientConfiguration(timeout: .seconds(180), connectTimeout: .seconds(60))
}
