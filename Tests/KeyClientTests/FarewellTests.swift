// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import NIOCore
import Testing

@testable import KeyClient

/// A Status on id 0 is about the connection and about none of its calls.
@Suite struct FarewellTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)
    private let lost = Refusal(.unavailable, .connectionLost, "the connection was lost")

    /// A client that has sent a RevokeKey, and a second one that waits.
    private func revoking() throws -> ClientState {
        var state = ClientState(callsInFlightMax: 1, waitsForConnection: false)
        state.connecting()
        state.connected()
        for _ in 0..<2 {
            let call = PendingCall(
                call: .revokeKey(RevokeKeyRequest(keyID: "0123456789ab")), begun: start, deadline: start + .seconds(10))
            try state.submit(state.nextID(), call, at: start)
        }
        #expect(state.nextToSend(at: start)?.id == 1)
        return state
    }

    @Test("a mutation that is unanswered after SHUTTING_DOWN on id 0 is CONNECTION_LOST: it may have been carried out")
    func unanswered() throws {
        var state = try revoking()
        state.farewell(.shuttingDown)
        let failures = state.lost(lost, at: start)
        #expect(failures.map(\.id) == [1])
        #expect(failures.first?.refusal.reason == .connectionLost)
        #expect(failures.first?.refusal.retryAfter == Refusal.shuttingDown.retryAfter)
        #expect(failures.first?.refusal.message.contains(Refusal.shuttingDown.message) == true)
        #expect(failures.first?.refusal.message.contains("not known") == true)
    }

    @Test("a call that comes while there is no connection is CONNECTION_REFUSED, with the server's last word")
    func refused() throws {
        var state = try revoking()
        state.farewell(.shuttingDown)
        _ = state.lost(lost, at: start)
        // The first loss is made good at once; the second brings a pause.
        state.connecting()
        state.connected()
        state.farewell(.shuttingDown)
        _ = state.lost(lost, at: start)
        let call = PendingCall(call: .health, begun: start, deadline: start + .seconds(10))
        let refusal = #expect(throws: Refusal.self) { try state.submit(state.nextID(), call, at: start) }
        #expect(refusal?.reason == .connectionRefused)
        #expect(refusal?.message.contains(Refusal.shuttingDown.message) == true)
    }
}
