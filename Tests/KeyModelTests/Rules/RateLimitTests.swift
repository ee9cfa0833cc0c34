// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeyModel

@Suite struct RateLimitTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 1_767_225_600 * second

    /// A limit and what it has come to.
    private struct Limited {
        let pace: RatePace
        var stored = Int64.min

        init(_ requests: UInt32, per seconds: UInt32, burst: UInt32 = 0) {
            pace = RatePace(RateLimit(requests: requests, perSeconds: seconds, burst: burst))
        }

        /// `nil` = allowed; otherwise after how many milliseconds to try again.
        mutating func use(at nanoseconds: Int64) -> Int64? {
            switch pace.decide(stored: stored, at: Timestamp(nanoseconds: nanoseconds)) {
            case .allowed(let time):
                stored = time
                return nil
            case .denied(let retryAfter):
                return retryAfter.nanoseconds / 1_000_000
            }
        }
    }

    @Test("B8: as many as the burst come at once, then one with each interval; retry_after is exact")
    func burst() {
        var limited = Limited(10, per: 1)
        for _ in 0..<10 { #expect(limited.use(at: Self.start) == nil) }
        for _ in 0..<3 { #expect(limited.use(at: Self.start) == 100) }
        #expect(limited.use(at: Self.start + 1) == 100)
        #expect(limited.use(at: Self.start + 99_000_000) == 1)
        #expect(limited.use(at: Self.start + 99_999_999) == 1)
        #expect(limited.use(at: Self.start + 100_000_000) == nil)
        #expect(limited.use(at: Self.start + 100_000_000) == 100)
        var one = Limited(1, per: 86_400, burst: 1)
        #expect(one.use(at: Self.start) == nil)
        #expect(one.use(at: Self.start) == 86_400_000)
        #expect(one.use(at: Self.start + 86_400 * Self.second) == nil)
        var many = Limited(1, per: 60, burst: 5)
        for _ in 0..<5 { #expect(many.use(at: Self.start) == nil) }
        #expect(many.use(at: Self.start) == 60_000)
    }

    @Test("B8: a denial consumes nothing, however many there are")
    func denials() {
        var limited = Limited(1, per: 1)
        #expect(limited.use(at: Self.start) == nil)
        let stored = limited.stored
        for step in 0..<1_000 { #expect(limited.use(at: Self.start + Int64(step) * 999_999) != nil) }
        #expect(limited.stored == stored)
        #expect(limited.use(at: Self.start + Self.second) == nil)
    }

    @Test("B8: a clock that steps back costs one interval at most, and opens nothing")
    func stepsBack() {
        var limited = Limited(10, per: 1)
        for _ in 0..<10 { #expect(limited.use(at: Self.start) == nil) }
        let earlier = Self.start - 3_600 * Self.second
        #expect(limited.use(at: earlier) == nil)
        #expect(limited.use(at: earlier) == 100)
        #expect(limited.use(at: earlier + 100_000_000) == nil)
        // Two event loops whose clocks differ a little: that is no step, and gives no use away.
        var shared = Limited(10, per: 1)
        for _ in 0..<10 { #expect(shared.use(at: Self.start) == nil) }
        #expect(shared.use(at: Self.start - 5_000_000) == 105)
    }

    @Test("B8: no time and no limit, however far off, ends the program")
    func extremes() {
        let numbers: [UInt32] = [0, 1, 2, 3, 7, 86_400, 999_999, 1_000_000, .max]
        let times: [Int64] = [.min, .min + 1, -1, 0, 1, Self.start, Limits.latestTime.nanoseconds, .max - 1, .max]
        for requests in numbers {
            for seconds in numbers {
                for burst in numbers {
                    let pace = RatePace(RateLimit(requests: requests, perSeconds: seconds, burst: burst))
                    for stored in times {
                        for now in times {
                            switch pace.decide(stored: stored, at: Timestamp(nanoseconds: now)) {
                            case .allowed(let time): #expect(time >= now)
                            case .denied(let retryAfter): #expect(retryAfter > .zero)
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("B8: random uses are answered as a naive simulation answers them")
    func property() {
        var generator = Seed.generator(for: "rate limits")
        for _ in 0..<300 {
            let requests = UInt32.random(in: 1...20, using: &generator)
            let seconds = UInt32.random(in: 1...10, using: &generator)
            let burst = UInt32.random(in: 0...12, using: &generator)
            var limited = Limited(requests, per: seconds, burst: burst)
            var naive = NaiveBucket(requests: requests, seconds: seconds, burst: burst)
            var now = Self.start
            var allowed = 0
            for _ in 0..<400 {
                now += [0, 0, 1, 1_000_000, 50_000_000, 700_000_000][Int.random(in: 0..<6, using: &generator)]
                let retry = limited.use(at: now)
                let (isAllowed, wait) = naive.use(at: now)
                #expect((retry == nil) == isAllowed)
                if let retry { #expect(retry == wait) }
                if retry == nil { allowed += 1 }
            }
            // Never more than the burst and what has come back since.
            let cap = Double(burst == 0 ? requests : burst)
            let most = cap + Double(now - Self.start) / 1e9 * Double(requests) / Double(seconds)
            #expect(Double(allowed) <= most + 1e-6)
        }
    }

    /// A bucket that fills by whole nanoseconds: what is in it is counted, not when it will be empty.
    private struct NaiveBucket {
        let interval: Int64
        let capacity: Int64
        var level: Int64 = 0
        var last = RateLimitTests.start

        init(requests: UInt32, seconds: UInt32, burst: UInt32) {
            interval = Int64((Double(seconds) * 1e9 / Double(requests)).rounded(.up))
            capacity = interval * Int64(burst == 0 ? requests : burst)
        }

        mutating func use(at now: Int64) -> (isAllowed: Bool, wait: Int64) {
            level = max(0, level - (now - last))
            last = now
            if level + interval <= capacity {
                level += interval
                return (true, 0)
            }
            let missing = level + interval - capacity
            return (false, Int64((Double(missing) / 1e6).rounded(.up)))
        }
    }

    @Test("B8: a limit that stays the same goes on counting when the key changes, another begins anew")
    func replaced() {
        func rules(_ limit: RateLimit?, replacing previous: KeyRules?) -> KeyRules {
            KeyRules(allowedIPs: [], grants: [], rateLimit: limit, versionPin: nil, replacing: previous)
        }
        let limit = RateLimit(requests: 1, perSeconds: 1)
        let first = rules(limit, replacing: nil)
        var time = first.rateTime
        #expect(first.keepRateTime(5, insteadOf: &time))
        #expect(rules(limit, replacing: first).rateTime == 5)
        #expect(rules(RateLimit(requests: 2, perSeconds: 1), replacing: first).rateTime == .min)
        #expect(rules(nil, replacing: first).rateTime == .min)
        var stale = Int64(4)
        #expect(!first.keepRateTime(9, insteadOf: &stale))
        #expect(stale == 5)
    }
}
