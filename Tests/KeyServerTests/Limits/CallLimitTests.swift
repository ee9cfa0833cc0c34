// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
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
        #expect(!calls.enter(.health))
        for _ in 0..<2 { #expect(calls.enter(revoke)) }
        #expect(!calls.enter(revoke))
        calls.leave()
        #expect(calls.enter(.revokeAllKeys(RevokeAllKeysRequest(accountID: "acme", expectedCount: 0))))
        #expect(!calls.enter(create))
    }

    @Test("R13: who does not read what he asks for is cut off at the limit, and costs nobody else anything")
    func slowReader() async throws {
        var limits = ConnectionLimits.patient
        limits.slowReaderBytes = Limits.slowReaderByteRange.lowerBound
        try await withServer(limits: limits) { server in
            let client = server.client()
            _ = try await client.updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
            // Keys that are as large as they may be: a page of them is nearly a frame.
            let grants = (0..<200).map {
                Grant(resource: "\($0)" + String(repeating: "r", count: 120), actions: ActionSet([Action.read]))
            }
            for number in 0..<30 {
                _ = try await client.createKey(
                    CreateKeyRequest(accountID: "acme", userID: "u", name: "\(number)", grants: grants))
            }
            let slow = try await RawConnection(port: server.port, token: server.token)
            try await slow.stopReading()
            try await slow.send(
                (1...60).map { id in
                    ClientFrame(
                        id: id, timeoutMilliseconds: 0,
                        content: .call(.listKeys(ListKeysRequest(accountID: "acme", limit: 100))))
                })
            while server.server.refusals[.slowReader] == 0 { _ = try await client.whoAmI() }
            try await slow.startReading()
            while await slow.next() != nil {}
            #expect(server.server.refusals[.slowReader] == 1)
            await client.close()
        }
    }
}
