// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct RequestTimeTests {
    private func pair(_ seconds: Int64, _ nanos: Int64) -> [UInt8] {
        Wire.number(1, UInt64(bitPattern: seconds)) + Wire.number(2, UInt64(bitPattern: nanos))
    }

    private func expiry(_ field: Int, _ seconds: Int64, _ nanos: Int64) -> DecodedFrame {
        DecodedFrame(Wire.frame(CallNumber.createKey, Wire.bytes(field, pair(seconds, nanos))))
    }

    @Test("R2: an expire_time is read to the nanosecond; one that is no time is refused by name")
    func times() {
        for nanoseconds in [Int64.min, -1, 0, 1, 1_767_225_600_123_456_789, .max] {
            let time = Timestamp(nanoseconds: nanoseconds)
            guard case .createKey(let request) = expiry(9, time.seconds, Int64(time.nanos)).call else {
                Issue.record("refused: \(nanoseconds)")
                continue
            }
            #expect(request.expiry == .at(time))
        }
        let bad: [(Int64, Int64)] = [
            (0, -1), (0, 1_000_000_000), (9_223_372_037, 0), (-9_223_372_038, 0), (.max, 0), (.min, 0),
        ]
        for (seconds, nanos) in bad {
            #expect(expiry(9, seconds, nanos).fields == ["expire_time"], "\(seconds) s, \(nanos) ns")
        }
    }

    @Test("R2: a lifetime is read to the nanosecond; one that is no Duration is refused by name")
    func spans() {
        let good: [(Int64, Int64, Int64)] = [
            (0, 0, 0), (1, 1, 1_000_000_001), (-1, -1, -1_000_000_001), (0, -5, -5), (9_223_372_036, 854_775_807, .max),
            (-9_223_372_036, -854_775_808, .min),
        ]
        for (seconds, nanos, expected) in good {
            guard case .createKey(let request) = expiry(10, seconds, nanos).call else {
                Issue.record("refused: \(seconds) s, \(nanos) ns")
                continue
            }
            #expect(request.expiry == .lifetime(TimeSpan(nanoseconds: expected)))
        }
        let bad: [(Int64, Int64)] = [
            (1, -1), (-1, 1), (0, 1_000_000_000), (0, -1_000_000_000), (9_223_372_036, 854_775_808), (.max, 0),
            (.min, 0),
            (0, Int64(Int32.min)),
        ]
        for (seconds, nanos) in bad {
            #expect(expiry(10, seconds, nanos).fields == ["lifetime"], "\(seconds) s, \(nanos) ns")
        }
    }

    @Test("R9: overlap: absent = 4 h, zero = cut now")
    func overlap() {
        func rekey(_ fields: [UInt8]) -> Call? {
            DecodedFrame(Wire.frame(CallNumber.rekeyKey, Wire.text(1, SampleCalls.keyID) + fields)).call
        }
        #expect(rekey([]) == .rekeyKey(RekeyKeyRequest(keyID: SampleCalls.keyID, overlap: nil)))
        #expect(rekey(Wire.bytes(2, [])) == .rekeyKey(RekeyKeyRequest(keyID: SampleCalls.keyID, overlap: .zero)))
        let bad = DecodedFrame(Wire.frame(CallNumber.rekeyKey, Wire.bytes(2, pair(1, -1))))
        #expect(bad.fields == ["overlap"])
    }

    @Test("R2: never_expires must be true if it is set")
    func never() {
        func create(_ value: UInt64) -> DecodedFrame {
            DecodedFrame(Wire.frame(CallNumber.createKey, Wire.number(11, value)))
        }
        #expect(create(0).fields == ["never_expires"])
        guard case .createKey(let request) = create(1).call else {
            Issue.record("refused")
            return
        }
        #expect(request.expiry == .never)
    }
}
