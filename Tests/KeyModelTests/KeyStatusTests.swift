// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct KeyStatusTests {
    private static let now = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    @Test("status: the first that holds is told: revoked, disabled, expired, active", arguments: 0..<8)
    func order(bits: Int) {
        let isRevoked = bits & 4 != 0
        let isDisabled = bits & 2 != 0
        let isExpired = bits & 1 != 0
        let standing = KeyStanding(
            enabled: !isDisabled, expireTime: isExpired ? Self.now : Self.now.advanced(by: .hours(1)),
            revokeTime: isRevoked ? Self.now : nil)
        let expected: KeyStatus = isRevoked ? .revoked : isDisabled ? .disabled : isExpired ? .expired : .active
        #expect(standing.status(at: Self.now) == expected)
    }

    @Test("R1: active = enabled, not revoked, not expired; the clock alone ends it")
    func activeByTheClock() {
        let standing = KeyStanding(expireTime: Self.now)
        #expect(standing.status(at: Timestamp(nanoseconds: Self.now.nanoseconds - 1)) == .active)
        #expect(standing.status(at: Self.now) == .expired)
        #expect(KeyStanding().status(at: Timestamp(nanoseconds: .max)) == .active)
    }

    @Test("R6: deactivation is a second axis beside revocation: it comes and goes, and hides nothing of it")
    func axes() {
        var standing = KeyStanding()
        standing.enabled = false
        #expect(standing.status(at: Self.now) == .disabled)
        standing.enabled = true
        #expect(standing.status(at: Self.now) == .active)
        standing.revokeTime = Self.now
        for enabled in [true, false] {
            standing.enabled = enabled
            #expect(standing.status(at: Self.now) == .revoked)
        }
    }

    @Test("the numbers and names are those of key.proto")
    func names() {
        #expect(KeyStatus.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(KeyStatus.allCases.map(\.name) == ["ACTIVE", "DISABLED", "EXPIRED", "REVOKED"])
    }
}
