// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct ExpiryTests {
    private static let end = Limits.latestTime.nanoseconds

    @Test("R2: an expire_time lies after 1970 and before 2200-01-01T00:00:00Z")
    func times() {
        // 1970 itself is no time: the journal writes an expiry that is not set as 0.
        for good in [1, 2, 1_767_225_600_000_000_000, Self.end - 1] {
            #expect(FieldRule.expiry(.at(Timestamp(nanoseconds: good))) == nil, "\(good)")
        }
        for bad in [Int64.min, -1, 0, Self.end, Self.end + 1, .max] {
            #expect(FieldRule.expiry(.at(Timestamp(nanoseconds: bad)))?.field == "expire_time", "\(bad)")
        }
        #expect(Self.end == 7_258_118_400_000_000_000)
    }

    @Test("R2: a lifetime is at least 1 ms and at most 100 years")
    func lifetimes() {
        let longest = Limits.longestSpan.nanoseconds
        for good in [1_000_000, 1_000_001, longest - 1, longest] {
            #expect(FieldRule.expiry(.lifetime(TimeSpan(nanoseconds: good))) == nil, "\(good)")
        }
        for bad in [Int64.min, -1, 0, 999_999, longest + 1, .max] {
            #expect(FieldRule.expiry(.lifetime(TimeSpan(nanoseconds: bad)))?.field == "lifetime", "\(bad)")
        }
        #expect(longest == 36_500 * 86_400 * 1_000_000_000)
        #expect(FieldRule.expiry(.never) == nil)
    }

    @Test("R9: an overlap is zero to 30 days")
    func overlaps() {
        let longest = Limits.longestOverlap.nanoseconds
        for good in [0, 1, longest - 1, longest] {
            #expect(FieldRule.overlap(TimeSpan(nanoseconds: good)) == nil, "\(good)")
        }
        for bad in [Int64.min, -1, longest + 1, .max] {
            #expect(FieldRule.overlap(TimeSpan(nanoseconds: bad)) != nil, "\(bad)")
        }
        #expect(longest == 30 * 86_400 * 1_000_000_000)
    }

    @Test("R2: an expiry is an instant, a lifetime from now, or never")
    func decided() {
        let now = Timestamp(nanoseconds: 1_000)
        #expect(Expiry.at(Timestamp(nanoseconds: 5)).time(from: now) == Timestamp(nanoseconds: 5))
        #expect(Expiry.lifetime(TimeSpan(nanoseconds: 7)).time(from: now) == Timestamp(nanoseconds: 1_007))
        #expect(Expiry.never.time(from: now) == nil)
        let far = Expiry.lifetime(Limits.longestSpan).time(from: Timestamp(nanoseconds: .max - 1))
        #expect(far == Timestamp(nanoseconds: .max))
    }

    @Test("R1, R2, R9: the defaults are 5 active keys, 365 days and 4 hours of overlap; at most 4 live secrets")
    func defaults() {
        #expect(Limits.defaultMaxActiveKeys == 5)
        #expect(Limits.defaultLifetime == .days(365))
        #expect(Limits.defaultOverlap == .hours(4))
        #expect(Limits.liveSecrets == 4)
        #expect(Limits.keptOldSecrets == 8)
        let account = AccountSettings(id: "acme", createTime: Timestamp(nanoseconds: 3))
        #expect(account.maxActiveKeys == 5)
        #expect(account.revision == 0)
        #expect(account.tokenPrefix == "lk")
    }
}
