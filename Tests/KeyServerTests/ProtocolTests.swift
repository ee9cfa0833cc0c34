// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Testing

/// What a peer meets that does not keep to the protocol, on a real socket.
@Suite struct ProtocolTests {
    @Test("garbage, and a frame that is too large, get a Status and a closed connection")
    func garbage() async throws {
        try await withServer { server in
            for bytes in [
                Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), [0, 1, 0, 1, 8, 1], [0xFF, 0xFF, 0xFF, 0xFF],
            ] {
                let raw = try await RawConnection(port: server.port, token: server.token)
                try await raw.send(bytes)
                let frame = await raw.next()
                #expect(frame?.id == 0)
                #expect(refusal(frame)?.reason == .frameTooLarge)
                #expect(await raw.next() == nil)
            }
        }
    }

    @Test("a frame without a call is told so by its id, and the connection goes on")
    func callMissing() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            try await raw.send([0, 0, 0, 2, 0x08, 7])
            let frame = await raw.next()
            #expect(frame?.id == 7)
            #expect(refusal(frame)?.reason == .callMissing)
            // Field 60, which nobody has given a meaning.
            try await raw.send([0, 0, 0, 5, 0x08, 8, 0xE2, 0x03, 0])
            let unknown = await raw.next()
            #expect(unknown?.id == 8)
            #expect(refusal(unknown)?.code == .unimplemented)
            #expect(refusal(unknown)?.reason == .callUnknown)
            try await raw.send(ClientFrame(id: 9, timeoutMilliseconds: 0, content: .call(.health)))
            let health = await raw.next()
            #expect(health?.id == 9)
            #expect(refusal(health) == nil)
            await raw.close()
        }
    }

    @Test("an empty frame, and one whose id cannot be read, close the connection with a Status")
    func noID() async throws {
        try await withServer { server in
            for bytes: [UInt8] in [[0, 0, 0, 0], [0, 0, 0, 1, 0x07]] {
                let raw = try await RawConnection(port: server.port, token: server.token)
                try await raw.send(bytes)
                #expect(refusal(await raw.next())?.code == .invalidArgument)
                #expect(await raw.next() == nil)
            }
        }
    }

    @Test("B6: a thousand calls in one write are all answered, mutations beyond the cap on calls in flight too")
    func pipelining() async throws {
        try await withServer { server in
            let client = server.client()
            _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
            let key = try await client.makeKey()
            let raw = try await RawConnection(port: server.port, token: server.token)
            let frames = (1...1_000).map { number -> ClientFrame in
                let call: Call =
                    number % 2 == 0
                    ? .validate(ValidateRequest(secret: key.secret))
                    : .createKey(
                        CreateKeyRequest(accountID: "acme", userID: "u", name: "\(number)", unrestricted: true))
                return ClientFrame(id: UInt64(number), timeoutMilliseconds: 0, content: .call(call))
            }
            try await raw.send(frames)
            var seen: Set<UInt64> = []
            var good = 0
            while seen.count < 1_000, let frame = await raw.next() {
                #expect(frame.end)
                seen.insert(frame.id)
                switch frame.result {
                case .success(.validate(let answer)): good += answer.isValid ? 1 : 0
                case .success(.createKey): good += 1
                default: break
                }
            }
            #expect(seen == Set(1...1_000))
            #expect(good == 1_000)
            await raw.close()
            await client.close()
        }
    }

    @Test("an id that is in flight may not be used again: the connection closes")
    func duplicate() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            let stream = ClientFrame(
                id: 5, timeoutMilliseconds: 0, content: .call(.streamUsage(StreamUsageRequest())))
            try await raw.send([stream, stream])
            #expect(refusal(await raw.next())?.reason == .idInvalid)
            #expect(await raw.next() == nil)
        }
    }

    private func refusal(_ frame: ServerFrame?) -> Refusal? {
        if case .failure(let refusal) = frame?.result { return refusal }
        return nil
    }
}
