// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTLS
import KeyTesting
import KeyWire
import NIOCore
import Testing

/// What a core image of the service gives away.
@Suite struct CoreImageTests {
    private static let keys = 400

    /// A server that may be looked into, and those who speak to it, in the clear or through TLS.
    private struct House {
        let server: ServeProcess
        private let authorities: String?

        init(_ directory: TemporaryDirectory, data: String, isEncrypted: Bool) async throws {
            var flags: [String] = []
            if isEncrypted {
                let authority = try TestAuthority(directory)
                let pair = try authority.issue("server", ["IP:127.0.0.1"], for: .server)
                flags = ["--tls-certificate", pair.certificate, "--tls-key", pair.key]
                authorities = authority.certificate
            } else {
                authorities = nil
            }
            server = try await ServeProcess(data: data, extra: flags, environment: ["LATCHKEY_ALLOW_DUMPS": "1"])
        }

        func client() -> KeyClient {
            guard let authorities else { return server.client() }
            var configuration = ClientConfiguration.patient
            configuration.token = server.token
            configuration.tls = ClientTLSFiles(authorities: authorities)
            return KeyClient(.tls(host: "127.0.0.1", port: server.port), configuration: configuration)
        }

        func connect(token: String? = nil) async throws -> RawConnection {
            let token = token ?? server.token
            guard let authorities else { return try await RawConnection(port: server.port, token: token) }
            let tls = ClientTLS(authorities: authorities, pair: nil)
            return try await RawConnection(port: server.port, tls: tls, token: token)
        }
    }

    @Test(
        "R3: of 1,000 tokens that took every path a core image holds none but the one that is still coming in",
        arguments: [false, true])
    func image(isEncrypted: Bool) async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let data = directory.path("data")
        let house = try await House(directory, data: data, isEncrypted: isEncrypted)
        let server = house.server
        let client = house.client()
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        var tokens = try await Self.make(client)
        tokens += try await Self.speak(client, house)
        #expect(Set(tokens).count >= 1_000)
        for batch in stride(from: 0, to: tokens.count, by: 100) {
            let part = tokens[batch..<min(batch + 100, tokens.count)]
            let requests = part.map { ValidateRequest(secret: $0, path: "/v1") }
            _ = try await client.validateBatch(ValidateBatchRequest(requests: requests))
        }
        try await Self.present(tokens, to: client)
        try await Self.write(tokens, to: house)
        try await Self.wait(tokens, on: client)
        // One that has come in half: it is in the image, or this would prove nothing.
        let half = try await client.makeKey(name: "half").secret
        let slow = try await house.connect()
        var frames = ByteBuffer()
        Self.health(6).encode(into: &frames)
        Self.validate(7, half).encode(into: &frames)
        // In one read: when the first has its answer, the half of the second is there.
        try await slow.send(Array(frames.readableBytesView.dropLast(3)))
        #expect(await slow.next()?.id == 6)
        let image = try MemoryImage(of: server.program.processIdentifier)
        var control = SecretSearch([half])
        image.search(&control)
        #expect(control.found.count == 1, "\(control.found)")
        var search = SecretSearch(tokens + [server.token])
        image.search(&search)
        #expect(search.found == [], "\(search.found.count) of \(tokens.count)")
        let key = try Array(Data(contentsOf: URL(fileURLWithPath: data + ".key")))
        #expect(key.count == 32)
        #expect(image.count(of: key) == 0)
        print("searched \(image.bytes >> 20) MiB of memory for \(tokens.count) tokens")
        // The administrator's token is in no file mapping, heap or stack; only where no image looks.
        #expect(image.regions.contains { $0.flags.isSuperset(of: ["dd", "lo", "wr"]) })
        await slow.close()
        await client.close()
        #expect(await server.stop() == 0)
    }

    private static func make(_ client: KeyClient) async throws -> [String] {
        try await together(0..<keys) { number in
            let id = (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 % 2 * 8)) }
            let request = CreateKeyRequest(
                accountID: "acme", userID: "u", name: "key \(number)", unrestricted: true, requestID: id)
            let made = try await client.createKey(request)
            // Said again, from what was sealed.
            let again = try await client.createKey(request)
            #expect(made.secret == again.secret)
            let rekeyed = try await client.rekeyKey(RekeyKeyRequest(keyID: "\(made.key.id)"))
            return [made.secret, rekeyed.secret]
        }
    }

    /// All at once: what waits for the disk waits together.
    private static func together<Item: Sendable>(
        _ items: some Sequence<Item>, _ body: @escaping @Sendable (Item) async throws -> [String]
    ) async throws -> [String] {
        try await withThrowingTaskGroup { group in
            for item in items { group.addTask { try await body(item) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Callers, each of whom speaks on a connection of his own, which he then closes.
    private static func speak(_ client: KeyClient, _ house: House) async throws -> [String] {
        try await together(0..<200) { number in
            let made = try await client.createKey(
                CreateKeyRequest(
                    accountID: AccountSettings.callersID, userID: "u", name: "caller \(number)",
                    grants: [
                        Grant(resource: "validation", actions: ActionSet([.create])),
                        Grant(resource: "usage", actions: ActionSet([.read])),
                    ]))
            if number % 10 != 0 { return [made.secret] }
            let connection = try await house.connect(token: made.secret)
            try await connection.send(validate(1, made.secret))
            _ = await connection.next()
            try await connection.send(
                ClientFrame(
                    id: 2, timeoutMilliseconds: 0, content: .call(.streamUsage(StreamUsageRequest())),
                    authorization: made.secret))
            _ = await connection.next()
            await connection.close()
            return [made.secret]
        }
    }

    /// Right, with a typo, cut, and with something around it.
    private static func present(_ tokens: [String], to client: KeyClient) async throws {
        _ = try await together(tokens) { token in
            for secret in [token, token + "x", String(token.dropLast()), "Bearer \(token)"] {
                _ = try await client.verdict(secret)
            }
            return []
        }
    }

    /// Many frames in one write, cut where it happens; then a few, cut in the middle of a token.
    private static func write(_ tokens: [String], to house: House) async throws {
        let connection = try await house.connect()
        var bytes = ByteBuffer()
        for (number, token) in tokens.enumerated() { validate(UInt64(number + 1), token).encode(into: &bytes) }
        try await connection.send(Array(bytes.readableBytesView))
        for _ in tokens { _ = await connection.next() }
        for token in tokens.prefix(100) {
            var frame = ByteBuffer()
            validate(1, token).encode(into: &frame)
            let whole = Array(frame.readableBytesView)
            try await connection.send(Array(whole[..<60]))
            try await connection.send(Array(whole[60...]))
            _ = await connection.next()
        }
        await connection.close()
    }

    /// Validates that wait for a revision, and get it.
    private static func wait(_ tokens: [String], on client: KeyClient) async throws {
        let revision = try await client.makeKey(name: "before").revision
        try await withThrowingTaskGroup { group in
            for token in tokens.prefix(20) {
                group.addTask {
                    _ = try await client.validate(ValidateRequest(secret: token, minRevision: revision + 1))
                }
            }
            _ = try await client.makeKey(name: "after")
            try await group.waitForAll()
        }
    }

    private static func validate(_ id: UInt64, _ token: String) -> ClientFrame {
        ClientFrame(id: id, timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: token))))
    }

    private static func health(_ id: UInt64) -> ClientFrame {
        ClientFrame(id: id, timeoutMilliseconds: 0, content: .call(.health))
    }
}
