// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import NIOCore
import Testing

@testable import KeyClient

/// B7 on the client's side: what is sent again after a connection is lost.
@Suite struct RequestIDTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)
    private let lost = Refusal(.unavailable, .connectionLost, "the connection was lost")

    static let calls: [@Sendable ([UInt8]) -> Call] = [
        { .createKey(CreateKeyRequest(accountID: "a", userID: "u", name: "n", requestID: $0)) },
        { .updateKey(UpdateKeyRequest(keyID: "0123456789ab", name: "n", requestID: $0)) },
        { .rekeyKey(RekeyKeyRequest(keyID: "0123456789ab", requestID: $0)) },
        { .retireSecrets(RetireSecretsRequest(keyID: "0123456789ab", requestID: $0)) },
        { .revokeKey(RevokeKeyRequest(keyID: "0123456789ab", requestID: $0)) },
        { .revokeAllKeys(RevokeAllKeysRequest(accountID: "a", expectedCount: 1, requestID: $0)) },
        { .updateAccount(UpdateAccountRequest(accountID: "a", maxActiveKeys: 1, requestID: $0)) },
    ]

    /// A client that has sent a call.
    private func sent(_ call: Call) throws -> ClientState {
        var state = ClientState(callsInFlightMax: 1, waitsForConnection: true)
        state.connecting()
        state.connected()
        try state.submit(
            state.nextID(), PendingCall(call: call, begun: start, deadline: start + .seconds(10)), at: start)
        #expect(state.nextToSend(at: start)?.id == 1)
        return state
    }

    @Test("B7: a mutation with a request_id is sent once more after a lost connection, the same", arguments: 0..<7)
    func again(number: Int) throws {
        let call = Self.calls[number]([UInt8](repeating: 7, count: 16))
        var state = try sent(call)
        #expect(state.lost(lost, at: start).isEmpty)
        state.connecting()
        state.connected()
        #expect(state.nextToSend(at: start)?.call == call)
        // Not for ever.
        let failures = state.lost(lost, at: start)
        #expect(failures.map(\.refusal.reason) == [.connectionLost])
        #expect(failures.first?.refusal.message.contains("the same request_id") == true)
    }

    @Test("B7: without one it is not, and the caller is told to look", arguments: 0..<7)
    func never(number: Int) throws {
        var state = try sent(Self.calls[number]([]))
        let failures = state.lost(lost, at: start)
        #expect(failures.map(\.refusal.reason) == [.connectionLost])
        #expect(failures.first?.refusal.message.contains("look before you try again") == true)
    }
}
