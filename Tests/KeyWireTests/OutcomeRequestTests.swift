// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct OutcomeRequestTests {
    private static let call = 20
    private static let good = Wire.bytes(1, Array(1...16)) + Wire.number(2, 200)

    private func fields(_ outcomes: [[UInt8]]) -> [String] {
        DecodedFrame(Wire.frame(Self.call, outcomes.flatMap { Wire.bytes(1, $0) })).fields
    }

    @Test("R17: a report has 1 to 1,000 outcomes")
    func count() {
        #expect(fields([]) == ["outcomes"])
        #expect(fields([Self.good]) == [])
        #expect(fields(Array(repeating: Self.good, count: 1_000)) == [])
        #expect(fields(Array(repeating: Self.good, count: 1_001)) == ["outcomes"])
    }

    @Test("R17: a usage_id has 16 bytes and an http_status is 100 to 599, each named by its place")
    func bounds() {
        for count in [0, 1, 15, 17, 1_000] {
            let outcome = Wire.bytes(1, Array(repeating: 7, count: count)) + Wire.number(2, 200)
            #expect(fields([Self.good, outcome]) == ["outcomes[1].usage_id"], "\(count)")
        }
        for (status, isGood) in [
            (0, false), (99, false), (100, true), (599, true), (600, false), (UInt64(UInt32.max), false),
            (1 << 16 | 200, false),
        ] {
            let outcome = Wire.bytes(1, Array(1...16)) + Wire.number(2, status)
            #expect(fields([outcome]) == (isGood ? [] : ["outcomes[0].http_status"]), "\(status)")
        }
        #expect(fields([Wire.number(2, 1)]) == ["outcomes[0].usage_id", "outcomes[0].http_status"])
        #expect(fields(Array(repeating: [], count: 1_000)).count == Limits.violationsNamed)
    }

    @Test("R17: what the log tells of an outcome is refused in a report, by its name")
    func outputOnly() {
        for (name, field) in [
            ("time", Wire.bytes(3, [])), ("key_id", Wire.text(4, "k")), ("account_id", Wire.text(5, "a")),
            ("user_id", Wire.text(6, "u")), ("verdict", Wire.number(7, 1)), ("superseded", Wire.number(8, 1)),
        ] {
            #expect(fields([Self.good + field]) == ["outcomes[0].\(name)"])
        }
    }
}
