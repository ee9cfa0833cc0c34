// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyServer
import KeyTesting
import KeyWire
import Testing

/// How connections end: nobody loses an answer, and nothing keeps the server from stopping.
@Suite struct ClosingTests {
    private func create(_ id: UInt64) -> ClientFrame {
        let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "key \(id)", unrestricted: true)
        return ClientFrame(id: id, timeoutMilliseconds: 0, content: .call(.createKey(request)))
    }

    private func answers(_ raw: RawConnection) async -> [ServerFrame] {
        var frames: [ServerFrame] = []
        while let frame = await raw.next() { frames.append(frame) }
        return frames
    }

    @Test("a peer that has sent its last call gets every answer, then the end")
    func halfClosed() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            try await raw.send((1...10).map { create($0) })
            try await raw.finishSending()
            #expect(Set(await answers(raw).map(\.id)) == Set(1...10))
        }
    }

    @Test("a frame that is too large, with more behind it: the Status is read, no reset destroys it")
    func oversized() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            // More than a socket's buffer holds of what the server will never look at.
            try await raw.send([0x7F, 0, 0, 0] + [UInt8](repeating: 0xAA, count: 300_000))
            let frames = await answers(raw)
            #expect(frames.count == 1)
            guard case .failure(let refusal) = frames.first?.result else {
                Issue.record("no Status")
                return
            }
            #expect(refusal.reason == .frameTooLarge)
        }
    }

    @Test("mutations that are in flight when the server stops get their replies, and the connection a word of it")
    func stopping() async throws {
        let directory = try TemporaryDirectory()
        let server = try await TestServer(path: directory.path("data"), eventLoops: 2)
        let manager = server.client()
        _ = try await manager.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        await manager.close()
        let raw = try await RawConnection(port: server.port, token: server.token)
        // The answer to the last says that all of them have been read.
        let last = ClientFrame(id: 101, timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: "x"))))
        try await raw.send((1...100).map { create($0) } + [last])
        var frames: [ServerFrame] = []
        while !frames.contains(where: { $0.id == 101 }), let frame = await raw.next() { frames.append(frame) }
        await server.stop()
        frames += await answers(raw)
        #expect(Set(frames.map(\.id)) == Set(0...101))
        for frame in frames where (1...100).contains(frame.id) {
            guard case .success(.createKey) = frame.result else {
                Issue.record("call \(frame.id) was answered with \(String(describing: frame.result))")
                continue
            }
        }
        guard case .failure(let refusal) = frames.first(where: { $0.id == 0 })?.result else {
            Issue.record("the connection was not told")
            return
        }
        #expect(refusal.reason == .shuttingDown)
    }

    @Test("a server with two loops stops while connections storm in", arguments: 0..<5)
    func storm(round: Int) async throws {
        let directory = try TemporaryDirectory()
        let server = try await TestServer(path: directory.path("data"), eventLoops: 2)
        let port = server.port
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    guard let raw = try? await RawConnection(port: port) else { return }
                    // Some come and go, some stay until they are told.
                    if number % 3 == 0 { return await raw.close() }
                    _ = try? await raw.send(
                        ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.health)))
                    while await raw.next() != nil {}
                }
                if number == 20 { group.addTask { await server.stop() } }
            }
        }
    }

    @Test("a connection over the cap is told so, and a place that becomes free is taken")
    func cap() async throws {
        var limits = ConnectionLimits.patient
        limits.connections = 2
        try await withServer(limits: limits) { server in
            let first = try await RawConnection(port: server.port, token: server.token)
            let second = server.client()
            _ = try await second.whoAmI()
            let third = try await RawConnection(port: server.port)
            let frames = await answers(third)
            guard case .failure(let refusal) = frames.first?.result else {
                Issue.record("no Status")
                return
            }
            #expect(frames.map(\.id) == [0])
            #expect(refusal.code == .resourceExhausted)
            #expect(refusal.reason == .tooManyConnections)
            await first.close()
            // The place is free when the server has seen the end.
            var isIn = false
            while !isIn {
                let fourth = server.client()
                isIn = (try? await fourth.whoAmI()) != nil
                await fourth.close()
            }
            await second.close()
        }
    }
}
