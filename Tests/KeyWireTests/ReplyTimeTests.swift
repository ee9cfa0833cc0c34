// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

/// Times that no server sends: what a client makes of them must not stop it.
@Suite struct ReplyTimeTests {
    private func startTime(seconds: Int64, nanos: Int64) throws -> Timestamp? {
        let time = Wire.number(1, UInt64(bitPattern: seconds)) + Wire.number(2, UInt64(bitPattern: nanos))
        let frame = Wire.number(1, 5) + Wire.bytes(29, Wire.bytes(5, time))
        guard case .success(let reply) = try ServerFrame.decode(ByteBuffer(bytes: frame)).result,
            case .health(let response) = reply
        else { return nil }
        #expect(ProtoJSON.text(reply).contains("\"startTime\":\""))
        return response.startTime
    }

    @Test("a time out of range is held to its ends, and can be shown")
    func times() throws {
        for seconds in [Int64.min, -9_223_372_038] {
            #expect(try startTime(seconds: seconds, nanos: 0) == Timestamp(nanoseconds: .min))
        }
        for seconds in [Int64.max, 9_223_372_037] {
            #expect(try startTime(seconds: seconds, nanos: 999_999_999) == Timestamp(nanoseconds: .max))
        }
        #expect(try startTime(seconds: 0, nanos: -1) == Timestamp(nanoseconds: .max))
        #expect(try startTime(seconds: -1, nanos: 1_000_000_000) == Timestamp(nanoseconds: .min))
        #expect(try startTime(seconds: -1, nanos: 999_999_999) == Timestamp(nanoseconds: -1))
    }

    @Test("a retry_after out of range is held to its ends")
    func spans() throws {
        let cases: [(Int64, Int64, Int64)] = [
            (.min, -1, .min), (.max, 1, .max), (9_223_372_036, 999_999_999, .max), (-9_223_372_036, -999_999_999, .min),
            (1, 500_000_000, 1_500_000_000), (-1, -500_000_000, -1_500_000_000), (0, 0, 0),
        ]
        for (seconds, nanos, expected) in cases {
            let span = Wire.number(1, UInt64(bitPattern: seconds)) + Wire.number(2, UInt64(bitPattern: nanos))
            let frame = Wire.number(1, 5) + Wire.bytes(3, Wire.number(1, 14) + Wire.bytes(5, span))
            guard case .failure(let refusal) = try ServerFrame.decode(ByteBuffer(bytes: frame)).result else {
                Issue.record("not a Status")
                continue
            }
            #expect(refusal.retryAfter == TimeSpan(nanoseconds: expected), "\(seconds) s, \(nanos) ns")
        }
    }
}
