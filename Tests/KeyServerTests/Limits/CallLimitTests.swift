// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyStore
import KeyTesting
import KeyWire
import Testing

@testable import KeyServer

@Suite struct CallLimitTests {
    private let revoke = Call.revokeKey(RevokeKeyRequest(keyID: "x"))
    private let create = Call.createKey(
        CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))

    @Test("R8, R13: at as many calls as may be in flight no other begins, but an eighth more that end keys")
    func reserve() {
        let calls = CallCensus(most: 16)
        for _ in 0..<16 { #expect(calls.enter(create)) }
        #expect(!calls.enter(create))
        for _ in 0..<2 { #expect(calls.enter(revoke)) }
        #expect(!calls.enter(revoke))
        calls.leave(revoke)
        #expect(calls.enter(.revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 0))))
        #expect(!calls.enter(create))
    }

    @Test("R8, R13: whatever ends access has the reserve, what gives or moves it has none")
    func endings() {
        let endings: [Call] = [
            revoke, .retireSecrets(RetireSecretsRequest(keyID: "x")),
            .updateKey(UpdateKeyRequest(keyID: "x", enabled: false)),
            .rekeyKey(RekeyKeyRequest(keyID: "x", overlap: .zero)),
            .revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 0)),
        ]
        let others: [Call] = [
            create, .updateKey(UpdateKeyRequest(keyID: "x", enabled: true)),
            .updateKey(UpdateKeyRequest(keyID: "x", name: "y", enabled: false)),
            .rekeyKey(RekeyKeyRequest(keyID: "x")), .rekeyKey(RekeyKeyRequest(keyID: "x", overlap: .seconds(1))),
            .getKey(GetKeyRequest(keyID: "x")), .listKeys(ListKeysRequest(accountID: "acme")),
        ]
        for call in endings {
            let calls = CallCensus(most: 1)
            #expect(calls.enter(create))
            #expect(calls.enter(call), "\(call.name)")
            #expect(!calls.enter(call), "\(call.name)")
        }
        for call in others {
            let calls = CallCensus(most: 1)
            #expect(calls.enter(create))
            #expect(!calls.enter(call), "\(call.name)")
        }
    }

    @Test("R13: whether it serves is answered however many calls are in flight, and takes no place from them")
    func state() {
        let calls = CallCensus(most: 1)
        for call in [Call.health, .whoAmI] { for _ in 0..<3 { #expect(calls.enter(call)) } }
        #expect(calls.enter(create))
        #expect(calls.enter(.health))
        calls.leave(.health)
        calls.leave(.whoAmI)
        #expect(!calls.enter(create))
    }

    @Test("R5, R8, R13: a change that waited too long for its turn is shed; what ends a key never is")
    func age() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let store = server.opened.store
            let made = try await store.createKey(request, context(arrival: clock.timeSinceBoot()))
            let arrival = clock.timeSinceBoot()
            clock.advance(by: .milliseconds(Limits.storeQueueMilliseconds))
            _ = try await store.createKey(request, context(arrival: arrival))
            clock.advance(by: TimeSpan(nanoseconds: 1))
            let late = context(arrival: arrival)
            let refusal = await #expect(throws: Refusal.self) { try await store.createKey(request, late) }
            #expect(refusal?.reason == .overloaded)
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.retryAfter != nil)
            let list = await #expect(throws: Refusal.self) {
                try await store.listKeys(ListKeysRequest(accountID: "acme"), late)
            }
            #expect(list?.reason == .overloaded)
            let id = "\(made.key.id)"
            _ = try await store.updateKey(UpdateKeyRequest(keyID: id, enabled: false), late)
            _ = try await store.revokeKey(RevokeKeyRequest(keyID: id), late)
            _ = try await store.revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 1), late)
        }
    }

    private let request = CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true)

    private func context(arrival: TimeSpan) -> CallContext {
        CallContext(caller: "test", peer: "test", arrival: arrival, authority: .administrator)
    }

    @Test("R13: a call that is one too many is told so at once, and the next has room again")
    func tooMany() async throws {
        var limits = ConnectionLimits.patient
        limits.calls = 1
        try await withServer(limits: limits) { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            let calls = (1...100).map { id in
                ClientFrame(
                    id: id, timeoutMilliseconds: 0, content: .call(.getAccount(GetAccountRequest(accountID: "a"))))
            }
            try await raw.send(calls)
            var reasons: [Reason: Int] = [:]
            for _ in 1...100 {
                guard case .failure(let refusal) = await raw.next()?.result else { continue }
                reasons[refusal.reason, default: 0] += 1
            }
            #expect(reasons[.accountNotFound, default: 0] > 0)
            #expect(reasons[.overloaded, default: 0] + reasons[.accountNotFound, default: 0] == 100)
            #expect(server.server.refusals[.calls] == UInt64(reasons[.overloaded, default: 0]))
            // All have been answered, so none is in flight.
            try await raw.send(calls[0])
            guard case .failure(let refusal) = await raw.next()?.result else { return }
            #expect(refusal.reason == .accountNotFound)
            await raw.close()
        }
    }

    @Test("R13: a client whose connection was closed for idleness asks again on another")
    func idle() async throws {
        var limits = ConnectionLimits.patient
        limits.idle = .seconds(3)
        try await withServer(limits: limits) { server in
            let client = server.client()
            _ = try await client.whoAmI()
            let raw = try await RawConnection(port: server.port, token: server.token)
            let word = await raw.next()
            #expect(word?.id == 0)
            guard case .failure(let refusal) = word?.result else { return }
            #expect(refusal.reason == .idleTimeout)
            #expect(await raw.next() == nil)
            // The client's was idle for longer.
            _ = try await client.whoAmI()
            await client.close()
        }
    }

    /// Keys that are as large as they may be: a page of them is nearly a frame.
    private func makeLargeKeys(_ client: KeyClient) async throws {
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        let grants = (0..<200).map {
            Grant(resource: "\($0)" + String(repeating: "r", count: 120), actions: ActionSet([Action.read]))
        }
        for number in 0..<30 {
            _ = try await client.createKey(
                CreateKeyRequest(accountID: "acme", userID: "u", name: "\(number)", grants: grants))
        }
    }

    private let pages = (1...60 as ClosedRange<UInt64>).map { id in
        ClientFrame(
            id: id, timeoutMilliseconds: 0, content: .call(.listKeys(ListKeysRequest(accountID: "acme", limit: 100))))
    }

    @Test("R13: of pages fewer may be in flight than of other calls, and an end gives the place back")
    func pagePlaces() {
        let calls = CallCensus(most: 10 * Limits.pagesInFlight)
        let page = Call.listKeys(ListKeysRequest(accountID: "acme"))
        for _ in 0..<Limits.pagesInFlight { #expect(calls.enter(page)) }
        #expect(!calls.enter(.listAccounts(ListAccountsRequest())))
        #expect(calls.enter(create))
        calls.leave(page)
        #expect(calls.enter(.listAccounts(ListAccountsRequest())))
    }

    @Test("R13: a page that has been read, and one that was refused, gives its place back")
    func placesOfPages() async throws {
        try await withServer { server in
            let client = server.client()
            _ = try await client.createKey(request)
            for _ in 0...Limits.pagesInFlight {
                _ = try await client.listKeys(ListKeysRequest(accountID: "acme"))
                await #expect(throws: Refusal.self) { try await client.listKeys(ListKeysRequest(accountID: "/")) }
            }
            await client.close()
        }
    }

    @Test("R13: who does not read what he asks for is cut off at the limit, and costs nobody else anything")
    func slowReader() async throws {
        var limits = ConnectionLimits.patient
        limits.slowReaderBytes = Limits.slowReaderByteRange.lowerBound
        try await withServer(limits: limits) { server in
            let client = server.client()
            try await makeLargeKeys(client)
            let slow = try await RawConnection(port: server.port, token: server.token)
            try await slow.stopReading()
            try await slow.send(pages)
            while server.server.refusals[.slowReader] == 0 { _ = try await client.whoAmI() }
            try await slow.startReading()
            while await slow.next() != nil {}
            #expect(server.server.refusals[.slowReader] == 1)
            await client.close()
        }
    }

    @Test("R13: who asks for more at once than may wait, and reads it, gets all of it, and what he asked behind it")
    func fastReader() async throws {
        var limits = ConnectionLimits.patient
        limits.slowReaderBytes = Limits.slowReaderByteRange.lowerBound
        try await withServer(limits: limits) { server in
            let client = server.client()
            try await makeLargeKeys(client)
            let fast = try await RawConnection(port: server.port, token: server.token)
            let calls = pages.flatMap { page in
                [
                    page,
                    ClientFrame(
                        id: page.id + 1_000, timeoutMilliseconds: 0,
                        content: .call(.validate(ValidateRequest(secret: "lk_nonsense")))),
                ]
            }
            try await fast.send(calls)
            var answered: Set<UInt64> = []
            while answered.count < calls.count, let frame = await fast.next(), case .success = frame.result {
                answered.insert(frame.id)
            }
            #expect(answered.count == calls.count)
            #expect(server.server.refusals[.slowReader] == 0)
            await fast.close()
            await client.close()
        }
    }
}
