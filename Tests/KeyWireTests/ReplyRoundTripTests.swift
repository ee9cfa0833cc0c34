// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

@Suite struct ReplyRoundTripTests {
    private func expectRoundTrip(_ frame: ServerFrame) throws {
        let bytes = frame.bytes
        #expect(bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } == bytes.count - 4)
        let found = try ServerFrame(bytes)
        #expect(found.id == frame.id)
        #expect(found.end == frame.end)
        #expect(found.result == frame.result)
    }

    @Test("every reply reaches the client as the server made it", arguments: SampleReplies.all)
    func replies(reply: Reply) throws {
        try expectRoundTrip(ServerFrame(id: 1, end: true, result: .success(reply)))
        try expectRoundTrip(ServerFrame(id: .max, end: false, result: .success(reply)))
    }

    @Test("the samples have every reply")
    func complete() {
        let names = Set(SampleReplies.all.map { "\($0)".prefix { $0.isLetter } })
        #expect(names.count == 19, "\(names)")
    }

    @Test("a Status has code, message, reason, violations and retry_after", arguments: StatusCode.allCases)
    func refusals(code: StatusCode) throws {
        let refusals = [
            Refusal(code, .keyNotFound, "there is no key x"),
            Refusal(
                code, Reason(rawValue: "NEVER_HEARD_OF"), "",
                violations: [FieldViolation("name", "required"), FieldViolation("grants[2].resource", "")],
                retryAfter: TimeSpan(nanoseconds: 1_500_000_001)),
            Refusal(code, .storeBusy, "é", retryAfter: .zero),
        ]
        for refusal in refusals {
            try expectRoundTrip(ServerFrame(id: 0, end: true, result: .failure(refusal)))
        }
    }

    @Test("a code that the client does not know reads as UNKNOWN")
    func unknownCode() throws {
        for code: UInt64 in [0, 17, 1 << 31, .max] {
            let frame = Wire.number(1, 5) + Wire.bytes(3, Wire.number(1, code) + Wire.text(3, "SOME_REASON"))
            let found = try ServerFrame.decode(ByteBuffer(bytes: frame))
            let expected = Refusal(.unknown, Reason(rawValue: "SOME_REASON"), "")
            #expect(found.result == .failure(expected))
        }
    }

    @Test("the end of a stream may come without a result")
    func endOfStream() throws {
        try expectRoundTrip(ServerFrame(id: 5, end: true, result: nil))
    }

    @Test("clients treat an unknown verdict as a denial")
    func unknownVerdict() throws {
        for number: UInt64 in [0, 14, 1_000, UInt64(UInt32.max)] {
            let frame = Wire.number(1, 5) + Wire.bytes(18, Wire.number(1, number) + Wire.number(16, 200))
            let found = try ServerFrame.decode(ByteBuffer(bytes: frame))
            guard case .success(.validate(let response)) = found.result else {
                Issue.record("not a validation")
                continue
            }
            #expect(response.verdict == nil)
            #expect(!response.isValid)
        }
    }

    @Test("a usage record of a kind that the client does not know is left out")
    func unknownRecord() throws {
        let later = Wire.bytes(1, Wire.number(1, 4) + Wire.bytes(99, []))
        let live = Wire.bytes(1, Wire.number(1, 5) + Wire.bytes(4, []))
        let frame = Wire.number(1, 5) + Wire.bytes(21, later + live)
        let found = try ServerFrame.decode(ByteBuffer(bytes: frame))
        #expect(found.result == .success(.streamUsage([UsageRecord(sequence: 5, kind: .live)])))
    }

    @Test("what is not a reply that the client knows is an error, not a crash")
    func undecodable() {
        let replies: [[UInt8]] = [
            [0xFF], Wire.tag(1, 2) + [100], Wire.bytes(10, [0xFF]),
            // A reply of a later version, a key without an id, and one without a status.
            Wire.bytes(22, []), Wire.bytes(11, Wire.bytes(1, [])),
            Wire.bytes(11, Wire.bytes(1, Wire.text(1, SampleCalls.keyID))), Wire.bytes(10, []), Wire.bytes(23, []),
        ]
        for reply in replies {
            #expect(throws: WireError.self, "\(reply)") {
                try ServerFrame.decode(ByteBuffer(bytes: Wire.number(1, 5) + reply))
            }
        }
    }
}
