// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyWire
import Testing

@Suite struct ProtoJSONTextTests {
    @Test("strings are escaped so that any reader gets them back")
    func escapes() throws {
        let cases = [
            ("", "\"\""), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{1}\u{1F}\u{7F}", #""\u0000\u0001\u001f\u007f""#),
            ("é🔑/<>&", "\"é🔑/<>&\""), ("e\u{301}\u{2028}", "\"e\u{301}\u{2028}\""),
        ]
        for (text, json) in cases { #expect(ProtoJSON.quoted(text) == json) }
        for value in UInt32(0)..<0x300 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let data = Data("[\(ProtoJSON.quoted("a\(scalar)b"))]".utf8)
            let back = try JSONSerialization.jsonObject(with: data) as? [String]
            #expect(back?.first?.unicodeScalars.elementsEqual("a\(scalar)b".unicodeScalars) == true)
        }
    }

    @Test("every reply is JSON on one line", arguments: SampleReplies.all)
    func valid(reply: Reply) throws {
        let text = ProtoJSON.text(reply)
        #expect(!text.contains("\n"))
        _ = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("a time has 0, 3, 6 or 9 digits of fraction")
    func times() {
        let cases: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"), (1_000, "1970-01-01T00:00:00.000001Z"),
            (10_000_000, "1970-01-01T00:00:00.010Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (.min, "1677-09-21T00:12:43.145224192Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
        ]
        for (nanoseconds, expected) in cases {
            let reply = HealthResponse(
                serving: true, revision: 0, keys: 0, version: "", startTime: Timestamp(nanoseconds: nanoseconds))
            #expect(ProtoJSON.text(.health(reply)).hasSuffix("\"startTime\":\"\(expected)\"}"))
        }
    }

    @Test("bytes are base64 with padding, at every length")
    func base64() {
        for count in 0...20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 251 &* $0 &+ 3) }
            let text = ProtoJSON.text(.validate(ValidateResponse(verdict: .valid, usageID: bytes)))
            #expect(text.contains("\"usageId\":\"\(Data(bytes).base64EncodedString())\","))
        }
    }

    @Test("a usage record by itself is JSON too, with its verdict by name; one that is not known is UNSPECIFIED")
    func record() {
        let live = UsageRecord(sequence: 7, kind: .live)
        #expect(ProtoJSON.text(live) == #"{"sequence":"7","live":{}}"#)
        var denial = SampleReplies.denial
        #expect(
            ProtoJSON.text(UsageRecord(sequence: 2, kind: .event(denial)))
                .hasPrefix(#"{"sequence":"2","event":{"time":"1970-01-01T00:00:00Z","verdict":"VERDICT_NOT_FOUND","#))
        denial.verdict = nil
        #expect(
            ProtoJSON.text(UsageRecord(sequence: 2, kind: .event(denial))).contains(#""verdict":"VERDICT_UNSPECIFIED""#)
        )
    }
}
