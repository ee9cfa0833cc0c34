// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import Testing

@Suite struct CivilTimeTests {
    /// Years 1677 to 2262, which a Timestamp can hold, and much beyond.
    private static let seed: UInt64 = 0x1A7C_4BE7

    private static func foundation(_ seconds: Int64) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
    }

    private func agrees(_ seconds: Int64) -> Bool {
        let civil = CivilTime(secondsSince1970: seconds)
        let parts = Self.foundation(seconds)
        let secondOfDay = (parts.hour ?? -1) * 3_600 + (parts.minute ?? -1) * 60 + (parts.second ?? -1)
        return civil.year == Int64(parts.year ?? -1) && civil.month == Int64(parts.month ?? -1)
            && civil.day == Int64(parts.day ?? -1) && civil.secondOfDay == Int64(secondOfDay)
    }

    @Test("the calendar agrees with Foundation's on a seeded sample of the times that a Timestamp holds")
    func sample() {
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<3_000 {
            let seconds = Int64.random(in: -9_223_372_036...9_223_372_036, using: &generator)
            #expect(agrees(seconds), "\(seconds), seed \(Self.seed)")
        }
    }

    @Test("the calendar agrees with Foundation's around every end of February and of the year, 1678 to 2262")
    func leapDays() {
        for year in Int64(1_678)...2_261 {
            // Days from 1970 to the first of March, by the rule of the Gregorian calendar.
            let march = year * 365 + year / 4 - year / 100 + year / 400 - 719_468
            for day in [march - 61, march - 60, march - 59, march - 2, march - 1, march, march + 305, march + 306] {
                #expect(agrees(day * 86_400), "day \(day) of \(year)")
            }
        }
    }

    @Test("RFC 3339 text, its fraction and its padding")
    func text() {
        #expect(CivilTime(secondsSince1970: 0).text() == "1970-01-01T00:00:00Z")
        #expect(CivilTime(secondsSince1970: -1).text() == "1969-12-31T23:59:59Z")
        #expect(CivilTime(secondsSince1970: 1_709_210_096).text() == "2024-02-29T12:34:56Z")
        #expect(CivilTime(secondsSince1970: 951_782_400).text() == "2000-02-29T00:00:00Z")
        #expect(CivilTime(secondsSince1970: 4_107_542_399).text() == "2100-02-28T23:59:59Z")
        #expect(CivilTime(secondsSince1970: 4_107_542_400).text() == "2100-03-01T00:00:00Z")
        #expect(CivilTime(secondsSince1970: 7_258_118_399).text(fraction: ".999") == "2199-12-31T23:59:59.999Z")
    }

    @Test("the first and the last time that a Timestamp holds have a text")
    func ends() {
        let ends = [Int64.min, .max].map { CivilTime(secondsSince1970: Timestamp(nanoseconds: $0).seconds).text() }
        #expect(ends == ["1677-09-21T00:12:43Z", "2262-04-11T23:47:16Z"])
    }
}
