// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Testing

/// Usage streams over a socket.
@Suite struct StreamTests {
    @Test("B3: a stream gives the history, says where live begins, then what happens")
    func historyThenLive() async throws {
        try await withServer { server in
            let client = server.client()
            let key = try await client.makeKey()
            for _ in 0..<3 { _ = try await client.verdict(key.secret) }
            _ = try await client.verdict("lk_nonsense")
            let stream = try await client.streamUsage(StreamUsageRequest(history: true))
            var records: [UsageRecord] = []
            for try await record in stream {
                // It comes when nothing else does for a while, on a machine that has much to do.
                if case .heartbeat = record.kind { continue }
                records.append(record)
                if case .live = record.kind { _ = try await client.verdict(key.secret) }
                if records.count == 6 { break }
            }
            #expect(records.map(\.sequence) == [1, 2, 3, 4, 4, 5])
            let verdicts = records.map { record -> Verdict? in
                if case .event(let event) = record.kind { return event.verdict }
                return nil
            }
            #expect(verdicts == [.valid, .valid, .valid, .malformed, nil, .valid])
            await client.close()
        }
    }

    @Test("a stream that is cancelled gets its last frame, a Status with CANCELLED")
    func cancel() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            try await raw.send([
                ClientFrame(id: 3, timeoutMilliseconds: 0, content: .call(.streamUsage(StreamUsageRequest()))),
                ClientFrame(id: 4, timeoutMilliseconds: 0, content: .cancel(target: 3)),
            ])
            let frame = await raw.next()
            #expect(frame?.id == 3)
            #expect(frame?.end == true)
            guard case .failure(let refusal) = frame?.result else {
                Issue.record("not a Status")
                return
            }
            #expect(refusal.code == .cancelled)
            await raw.close()
        }
    }

    @Test("a stream's deadline ends it with DEADLINE_EXCEEDED")
    func deadline() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            try await raw.send(
                ClientFrame(id: 3, timeoutMilliseconds: 20, content: .call(.streamUsage(StreamUsageRequest()))))
            guard case .failure(let refusal) = await raw.next()?.result else {
                Issue.record("not a Status")
                return
            }
            #expect(refusal.code == .deadlineExceeded)
            await raw.close()
        }
    }

    @Test("a stopping server ends streams with UNAVAILABLE, answers what is in flight, then closes")
    func stopping() async throws {
        let directory = try TemporaryDirectory()
        let server = try await TestServer(path: directory.path("data"))
        let raw = try await RawConnection(port: server.port, token: server.token)
        try await raw.send([
            ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(.streamUsage(StreamUsageRequest()))),
            ClientFrame(
                id: 2, timeoutMilliseconds: 0,
                content: .call(
                    .createKey(CreateKeyRequest(accountID: "acme", userID: "u", name: "late", unrestricted: true)))),
            ClientFrame(id: 3, timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: "x")))),
        ])
        // The answer to the last says that the server has read the first two.
        var answered: Set<UInt64> = []
        while !answered.contains(3), let frame = await raw.next() { answered.insert(frame.id) }
        await server.stop()
        while let frame = await raw.next() { answered.insert(frame.id) }
        #expect(answered == [0, 1, 2, 3])
    }

    @Test("an id that a stream has given up may be used again: what is late for the first does not touch the second")
    func reused() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            let follow = ClientFrame.Content.call(.streamUsage(StreamUsageRequest()))
            for round in 0..<50 {
                try await raw.send([
                    ClientFrame(id: 7, timeoutMilliseconds: 60_000, content: follow),
                    ClientFrame(id: 8, timeoutMilliseconds: 0, content: .cancel(target: 7)),
                ])
                var ends = 0
                while ends == 0, let frame = await raw.next() {
                    if frame.end { ends += 1 }
                    if case .failure(let refusal) = frame.result {
                        #expect(refusal.code == .cancelled, "round \(round)")
                    }
                }
            }
            await raw.close()
        }
    }
}
