// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

/// B7 as a rule: commands with ids on a state, at times that the test chooses.
@Suite struct RequestTableTests {
    private static let start = Commands.start

    private func identified(
        _ id: String = "request-00000001", cap: UInt32 = 9, caller: String = "uid:1", account: String = "acme",
        in state: StoreState
    ) throws -> IdentifiedRequest {
        let request = UpdateAccountRequest(accountID: account, maxActiveKeys: cap, requestID: Array(id.utf8))
        return try #require(IdentifiedRequest(request, caller: caller, in: state))
    }

    /// Carries out an UpdateAccount, or finds that it was. Whether it was.
    private func set(
        _ cap: UInt32 = 9, _ id: String = "request-00000001", caller: String = "uid:1", account: String = "acme",
        in state: inout StoreState, at time: Timestamp = start
    ) throws -> Bool {
        let request = try identified(id, cap: cap, caller: caller, account: account, in: state)
        if let kept = try state.recall(request, givesSecret: false, at: time) {
            #expect(kept.answer.account?.settings.maxActiveKeys == cap)
            return true
        }
        let before = state.lastSequence
        let update = UpdateAccountRequest(accountID: account, maxActiveKeys: cap)
        let (changed, isChanged) = try state.updateAccount(update, at: time)
        #expect(isChanged == (state.lastSequence > before))
        if isChanged {
            let answer = MutationAnswer(
                left: .account(changed.settings), revision: state.lastSequence, time: state.lastTime,
                count: changed.activeKeys, total: changed.totalKeys)
            state.remember(KeptRequest(request, answer))
        }
        return false
    }

    @Test("B7: a retry is recognised until 10 minutes after the first, and at exactly 10 minutes no more")
    func end() throws {
        var state = StoreState()
        #expect(try !set(in: &state))
        let end = Self.start.advanced(by: .seconds(600))
        let last = end.advanced(by: TimeSpan(nanoseconds: -1))
        #expect(try set(in: &state, at: last))
        #expect(state.requestCount == 1)
        #expect(try state.recall(identified(in: state), givesSecret: false, at: end) == nil)
        #expect(state.requestCount == 0)
    }

    @Test("B7: the same id with another body is refused, says what to do, and changes nothing")
    func reused() throws {
        var state = StoreState()
        #expect(try !set(9, in: &state))
        let refused = #expect(throws: Refusal.self) { try set(10, in: &state) }
        #expect(refused?.code == .failedPrecondition)
        #expect(refused?.reason == .requestIDReused)
        #expect(refused?.message.contains("draw a new one") == true)
        #expect(state.lastSequence == 1)
        #expect(try set(9, in: &state))
        // When the first is forgotten the id is free.
        #expect(try !set(10, in: &state, at: Self.start.advanced(by: .seconds(600))))
    }

    @Test("B7: the same id of another caller, for another account or of another call is another id")
    func scope() throws {
        var state = StoreState()
        #expect(try !set(9, in: &state))
        #expect(try !set(10, caller: "uid:2", in: &state))
        #expect(try !set(11, account: "other", in: &state))
        #expect(state.requestCount == 3)
        #expect(try set(9, in: &state))
        #expect(try set(10, caller: "uid:2", in: &state))
        #expect(try set(11, account: "other", in: &state))
        let id = Array("request-00000001".utf8)
        let revoke = RevokeAllKeysRequest(accountID: "acme", expectedCount: 0, requestID: id)
        let other = try #require(IdentifiedRequest(revoke, caller: "uid:1", in: state))
        #expect(try state.recall(other, givesSecret: false, at: Self.start) == nil)
    }

    @Test("B7: a full table refuses new ids and says when there is room; it never forgets early")
    func full() throws {
        var state = StoreState(keptRequests: 3)
        for number in 0..<3 {
            let time = Self.start.advanced(by: .seconds(Int64(number)))
            #expect(try !set(UInt32(number) + 10, "request-0000000\(number)", in: &state, at: time))
        }
        let before = state.lastSequence
        let now = Self.start.advanced(by: .seconds(60))
        let refused = #expect(throws: Refusal.self) { try set(20, "request-00000009", in: &state, at: now) }
        #expect(refused?.code == .resourceExhausted)
        #expect(refused?.reason == .requestIDsFull)
        #expect(refused?.retryAfter == .seconds(540))
        #expect(state.lastSequence == before)
        for number in 0..<3 {
            #expect(try set(UInt32(number) + 10, "request-0000000\(number)", in: &state, at: now))
        }
        // The oldest ends, and there is room for one.
        let later = Self.start.advanced(by: .seconds(600))
        #expect(try !set(20, "request-00000009", in: &state, at: later))
        #expect(refusal { try set(21, "request-00000008", in: &state, at: later) } == .requestIDsFull)
    }

    @Test("B7: the table's bytes are bounded too")
    func bytes() throws {
        var state = StoreState(keptRequestBytes: 1_000)
        var cap: UInt32 = 10
        while cap < 20, refusal({ try set(cap, "request-000000\(cap)", in: &state) }) == nil { cap += 1 }
        #expect(cap > 11 && cap < 14)
        #expect(refusal { try set(50, "request-00000050", in: &state) } == .requestIDsFull)
        #expect(try !set(50, "request-00000050", in: &state, at: Self.start.advanced(by: .seconds(600))))
    }

    @Test("B7: refusals and what changed nothing are not remembered: a retry decides anew")
    func unchanged() throws {
        var commands = Commands()
        _ = try commands.create()
        try commands.setCap(9)
        #expect(try !set(9, in: &commands.state))
        #expect(commands.state.requestCount == 0)
        let id = Array("request-00000001".utf8)
        let missing = RevokeKeyRequest(keyID: "zzzzzzzzzzzz", requestID: id)
        #expect(IdentifiedRequest(missing, caller: "uid:1", in: commands.state) == nil)
    }

    @Test("B7: many that end at once are forgotten a few in a turn, and none is recognised")
    func crowd() throws {
        var state = StoreState()
        for number in 0..<1_000 { #expect(try !set(UInt32(number) + 10, "request-\(10_000_000 + number)", in: &state)) }
        let end = Self.start.advanced(by: .seconds(600))
        #expect(try !set(1_009, "request-\(10_000_999)", in: &state, at: end))
        // Two turns: it was looked for, and then carried out.
        #expect(state.requestCount == 1_000 - 2 * Limits.requestsForgottenPerTurn)
        for _ in 0..<16 { _ = state.listAccounts(ListAccountsRequest(), in: .everything, at: end) }
        #expect(state.requestCount == 0)
    }
}
