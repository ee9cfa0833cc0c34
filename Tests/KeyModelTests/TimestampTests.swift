// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct TimestampTests {
    private static let edges: [Int64] = [
        .min, .min + 1, .min + 854_775_807, .min + 854_775_808, .min + 854_775_809, -1_000_000_001, -1_000_000_000,
        -999_999_999, -1, 0, 1, 999_999_999, 1_000_000_000, 1_767_225_600_123_456_789, .max - 1, .max,
    ]

    @Test("every time has whole seconds, rounded down, and nanos of 0 to 999,999,999", arguments: edges)
    func parts(nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect((0...999_999_999).contains(time.nanos))
        let (product, _) = time.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        #expect(product &+ Int64(time.nanos) == nanoseconds)
        #expect((time.seconds < 0) == (nanoseconds < 0))
    }

    @Test("every time is made again of its seconds and nanos", arguments: edges)
    func roundTrip(nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect(Timestamp(seconds: time.seconds, nanos: time.nanos) == time)
    }

    @Test("seconds and nanos that are out of range make no time, and no overflow")
    func outOfRange() {
        let last = Timestamp(nanoseconds: .max)
        let first = Timestamp(nanoseconds: .min)
        #expect(Timestamp(seconds: last.seconds, nanos: last.nanos + 1) == nil)
        #expect(Timestamp(seconds: first.seconds, nanos: first.nanos - 1) == nil)
        for seconds in [Int64.min, .min + 1, first.seconds - 1, last.seconds + 1, .max - 1, .max] {
            for nanos: Int32 in [0, 1, 999_999_999] {
                #expect(Timestamp(seconds: seconds, nanos: nanos) == nil, "\(seconds) s, \(nanos) ns")
            }
        }
        for nanos: Int32 in [.min, -1, 1_000_000_000, .max] {
            for seconds in [Int64.min, -1, 0, 1, .max] {
                #expect(Timestamp(seconds: seconds, nanos: nanos) == nil, "\(seconds) s, \(nanos) ns")
            }
        }
    }

    @Test("a time that is moved past the range's end is held there")
    func advanced() {
        let last = Timestamp(nanoseconds: .max)
        let first = Timestamp(nanoseconds: .min)
        #expect(last.advanced(by: TimeSpan(nanoseconds: 1)) == last)
        #expect(last.advanced(by: TimeSpan(nanoseconds: .max)) == last)
        #expect(first.advanced(by: TimeSpan(nanoseconds: -1)) == first)
        #expect(first.advanced(by: TimeSpan(nanoseconds: .min)) == first)
        #expect(last.advanced(by: TimeSpan(nanoseconds: .min)) == Timestamp(nanoseconds: -1))
        #expect(Timestamp(nanoseconds: 5).advanced(by: .zero) == Timestamp(nanoseconds: 5))
        #expect(Timestamp(nanoseconds: 5).advanced(by: .milliseconds(-1)) == Timestamp(nanoseconds: -999_995))
    }

    @Test("times and spans are ordered, and spans have units")
    func spans() {
        #expect(Timestamp(nanoseconds: -1) < Timestamp(nanoseconds: 0))
        #expect(TimeSpan(nanoseconds: .min) < .zero)
        #expect(TimeSpan.milliseconds(1_000) == .seconds(1))
        #expect(TimeSpan.seconds(3_600) == .hours(1))
        #expect(TimeSpan.hours(24) == .days(1))
        #expect(TimeSpan.days(1).nanoseconds == 86_400_000_000_000)
    }
}
