// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct EvaluateTests {
    private static let now = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    private static let past = Timestamp(nanoseconds: now.nanoseconds - 1)
    private static let future = Timestamp(nanoseconds: now.nanoseconds + 1)

    /// A state of a key, and of the secret that was presented, as bits.
    struct State: CustomTestStringConvertible, Sendable {
        let isRevoked: Bool
        let isDisabled: Bool
        let isExpired: Bool
        let isSuperseded: Bool

        static let all = (0..<16).map { bits in
            State(
                isRevoked: bits & 8 != 0, isDisabled: bits & 4 != 0, isExpired: bits & 2 != 0,
                isSuperseded: bits & 1 != 0)
        }

        var testDescription: String {
            let words = [
                isRevoked ? "revoked" : nil, isDisabled ? "disabled" : nil, isExpired ? "expired" : nil,
                isSuperseded ? "superseded" : nil,
            ]
            return words.compactMap { $0 }.joined(separator: ", ")
        }
    }

    /// The contract's table, from the top: the verdicts of the sixteen states.
    private static let verdicts: [Verdict] = [
        .valid, .superseded, .expired, .expired, .disabled, .disabled, .disabled, .disabled,
        .revoked, .revoked, .revoked, .revoked, .revoked, .revoked, .revoked, .revoked,
    ]

    private func decided(_ presented: Presented, at now: Timestamp) -> Verdict {
        evaluate(presented, nil, isUnrestricted: true, Asked(), rateTime: 0, at: now).verdict
    }

    @Test(
        "R5, R6, R2, R9: the first that fails is the verdict, in this order: REVOKED, DISABLED, EXPIRED, SUPERSEDED",
        arguments: zip(State.all, verdicts))
    func order(state: State, verdict: Verdict) {
        for expireTime in state.isExpired ? [Self.past, Self.now] : [nil, Self.future] {
            for deadline in state.isSuperseded ? [Self.past, Self.now] : [nil, Self.future] {
                let standing = KeyStanding(
                    enabled: !state.isDisabled, expireTime: expireTime, revokeTime: state.isRevoked ? Self.past : nil)
                #expect(decided(.secret(standing, deadline: deadline), at: Self.now) == verdict)
            }
        }
    }

    @Test("MALFORMED and NOT_FOUND come first, at any time", arguments: [Int64.min, -1, 0, 1, Int64.max])
    func unrecognised(nanoseconds: Int64) {
        let now = Timestamp(nanoseconds: nanoseconds)
        #expect(decided(.malformed, at: now) == .malformed)
        #expect(decided(.unknown, at: now) == .notFound)
    }

    @Test("R2: valid strictly before the instant, to the nanosecond")
    func expiryInstant() {
        let standing = KeyStanding(expireTime: Self.now)
        let verdicts = [Self.past, Self.now, Self.future].map { decided(.secret(standing, deadline: nil), at: $0) }
        #expect(verdicts == [.valid, .expired, .expired])
    }

    @Test("R9: an old secret works strictly before its own deadline, to the nanosecond")
    func deadlineInstant() {
        let verdicts = [Self.past, Self.now, Self.future].map {
            decided(.secret(KeyStanding(), deadline: Self.now), at: $0)
        }
        #expect(verdicts == [.valid, .superseded, .superseded])
    }

    @Test("R9: an old secret ends at the earliest of its own deadline and the key's expiry")
    func earliest() {
        let standing = KeyStanding(expireTime: Self.now)
        #expect(decided(.secret(standing, deadline: Self.future), at: Self.past) == .valid)
        #expect(decided(.secret(standing, deadline: Self.future), at: Self.now) == .expired)
        let later = KeyStanding(expireTime: Self.future)
        #expect(decided(.secret(later, deadline: Self.now), at: Self.now) == .superseded)
    }

    @Test("R5: a revoked key stays REVOKED whatever the time of its revocation, the future included")
    func revocationHasNoInstant() {
        for time in [Self.past, Self.now, Self.future] {
            #expect(decided(.secret(KeyStanding(revokeTime: time), deadline: nil), at: Self.now) == .revoked)
        }
    }
}
