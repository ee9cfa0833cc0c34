// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import latchkey

/// The lines of `usage list` and `usage tail`: events, joined with their outcomes.
@Suite struct UsageLineTests {
    private static let time = Timestamp(nanoseconds: 1_783_674_753_000_000_000)

    private static func event(_ number: UInt8, _ verdict: Verdict = .valid, path: String = "/v2/reports") -> UsageEvent
    {
        UsageEvent(
            time: time, verdict: verdict, keyID: "4mVb0QaX9dEF", name: "nightly", accountID: "acme", userID: "u",
            clientIP: "203.0.113.77", httpMethod: "GET", path: path, resource: "",
            httpStatus: verdict == .valid ? 0 : verdict.httpStatus, generation: 1, superseded: false,
            message: "\(verdict.message)", usageID: [number], caller: "c")
    }

    private static func outcome(_ number: UInt8, _ status: UInt32) -> UsageOutcome {
        UsageOutcome(usageID: [number], httpStatus: status, time: time, keyID: "4mVb0QaX9dEF", verdict: .valid)
    }

    /// Events 1, 2 and 3; outcomes of 1 twice, of 2, and of 9, which is nowhere.
    private static let kinds: [UsageRecord.Kind] = [
        .event(event(1)), .event(event(2)), .outcome(outcome(1, 200)), .event(event(3)), .outcome(outcome(9, 404)),
        .outcome(outcome(2, 201)), .outcome(outcome(1, 503)),
    ]

    private static let records = zip(1..., kinds).map { UsageRecord(sequence: $0, kind: $1) }

    @Test("R17: a list joins an allowed request with its last outcome, whichever way it goes")
    func joined() {
        var rising = JoinedUsage(newestFirst: false)
        let waiting = Self.records.flatMap { rising.add($0) }
        #expect(waiting.isEmpty)
        #expect(
            rising.end() == [
                .event(Self.event(1), status: 503), .event(Self.event(2), status: 201),
                .event(Self.event(3), status: nil), .outcome(Self.outcome(9, 404), of: nil),
            ])
        #expect(rising.unlisted == 0)
        var falling = JoinedUsage(newestFirst: true)
        let lines = Self.records.reversed().flatMap { falling.add($0) } + falling.end()
        #expect(
            lines == [
                .event(Self.event(3), status: nil), .event(Self.event(2), status: 201),
                .event(Self.event(1), status: 503),
            ])
        #expect(falling.unlisted == 1)
    }

    @Test(
        "R17: a list that is longer than what it holds back is shown whole and in order, its outcomes at last by themselves"
    )
    func bounded() {
        for limit in 1...5 {
            var list = JoinedUsage(newestFirst: false, limit: limit)
            var lines: [UsageLine] = []
            for number in 1...200 as ClosedRange<UInt8> {
                lines += list.add(UsageRecord(sequence: UInt64(number), kind: .event(Self.event(number))))
            }
            #expect(lines.count == 200 - limit)
            lines += list.add(UsageRecord(sequence: 201, kind: .outcome(Self.outcome(1, 200))))
            lines += list.add(UsageRecord(sequence: 202, kind: .outcome(Self.outcome(200, 200)))) + list.end()
            let numbers = lines.map { line -> UInt8? in
                if case .event(let event, _) = line { event.usageID[0] } else { nil }
            }
            #expect(numbers == (1...200).map { $0 } + [nil] || numbers == (1...200).map { $0 } + [nil, nil])
            #expect(lines.contains(.outcome(Self.outcome(1, 200), of: nil)))
            let isJoined = lines.contains(.event(Self.event(200), status: 200))
            #expect(isJoined == (limit > 1))
            var falling = JoinedUsage(newestFirst: true, limit: limit)
            for number in 1...9 as ClosedRange<UInt8> {
                _ = falling.add(UsageRecord(sequence: 99, kind: .outcome(Self.outcome(number, 200))))
            }
            #expect(falling.unlisted == 9)
        }
    }

    @Test("R17: in a tail an outcome names its request when that was shown before, of the last so many")
    func shown() {
        var shown = ShownUsage(limit: 3)
        for number in 1...5 as ClosedRange<UInt8> {
            let line = shown.add(UsageRecord(sequence: UInt64(number), kind: .event(Self.event(number))))
            #expect(line == .event(Self.event(number), status: nil))
        }
        for number in 1...5 as ClosedRange<UInt8> {
            let line = shown.add(UsageRecord(sequence: 9, kind: .outcome(Self.outcome(number, 200))))
            #expect(line == .outcome(Self.outcome(number, 200), of: number > 2 ? Self.event(number) : nil))
        }
    }

    @Test("R17: time, address, key, method, path, status, verdict and message, at 80 columns and in a pipe")
    func columns() {
        let long = Self.event(1, .expired, path: "/v2/reports/7/and/more")
        let pipe = UsageRow(terminal: .none)
        #expect(
            pipe.text(long, status: nil)
                == "2026-07-10T09:12:33Z  401   EXPIRED             4mVb0QaX9dEF  nightly                   203.0.113.77"
                + "     GET /v2/reports/7/and/more    the key has expired; extend it or issue a new one")
        let narrow = UsageRow(terminal: Terminal(columns: 80, hasColours: false))
        #expect(
            narrow.text(long, status: nil).split(separator: "\n") == [
                "07-10 09:12:33  401   EXPIRED     4mVb0QaX9dEF  203.0.113.77     GET /v2/report…",
                "                GET /v2/reports/7/and/more: the key has expired; extend it or",
                "                issue a new one",
            ])
        #expect(
            narrow.text(Self.event(1), status: 204)
                == "07-10 09:12:33  204   VALID       4mVb0QaX9dEF  203.0.113.77     GET /v2/reports")
        #expect(
            narrow.text(Self.outcome(1, 503), of: Self.event(1))
                == "07-10 09:12:33  503   ended       4mVb0QaX9dEF  203.0.113.77     GET /v2/reports")
        #expect(narrow.text(Self.outcome(1, 503), of: nil).hasSuffix("4mVb0QaX9dEF  -                (not shown)"))
    }
}
