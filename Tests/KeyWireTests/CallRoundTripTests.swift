// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct CallRoundTripTests {
    private func decoded(_ frame: ClientFrame) -> DecodedFrame {
        let bytes = frame.bytes
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        #expect(length == bytes.count - 4, "4-byte big-endian length | protobuf message")
        return DecodedFrame(Array(bytes.dropFirst(4)))
    }

    @Test(
        "every call but Validate reaches the server as the client made it",
        arguments: SampleCalls.createKey + SampleCalls.updateKey + SampleCalls.others)
    func calls(call: Call) {
        for (id, timeout) in [(UInt64(1), UInt32(0)), (.max, .max), (300, 10_000)] {
            let frame = ClientFrame(id: id, timeoutMilliseconds: timeout, content: .call(call))
            #expect(decoded(frame) == .call(id: id, timeoutMilliseconds: timeout, call))
        }
    }

    @Test("every Validate reaches the server as the client made it", arguments: SampleCalls.validate)
    func validations(request: ValidateRequest) {
        let frame = ClientFrame(id: 9, timeoutMilliseconds: 5, content: .call(.validate(request)))
        #expect(decoded(frame) == .validate(id: 9, request))
    }

    @Test("B6: every batch reaches the server as the client made it", arguments: SampleCalls.batches)
    func batches(batch: ValidateBatchRequest) {
        let frame = ClientFrame(id: 9, timeoutMilliseconds: 5, content: .call(.validateBatch(batch)))
        #expect(decoded(frame) == .validateBatch(id: 9, batch))
    }

    @Test("R17: every report of outcomes reaches the server as the client made it", arguments: SampleCalls.reports)
    func reports(report: ReportOutcomeRequest) {
        let frame = ClientFrame(id: 9, timeoutMilliseconds: 5, content: .call(.reportOutcome(report)))
        #expect(decoded(frame) == .reportOutcome(id: 9, report))
    }

    @Test("every Action of a Validate reaches the server", arguments: Action.allCases)
    func actions(action: Action) {
        let request = ValidateRequest(secret: SampleCalls.token, resource: "r", action: action)
        let frame = ClientFrame(id: 9, timeoutMilliseconds: 0, content: .call(.validate(request)))
        #expect(decoded(frame) == .validate(id: 9, request))
    }

    @Test("cancel { target_id } as a call ends one", arguments: [UInt64(0), 1, .max])
    func cancel(target: UInt64) {
        let frame = ClientFrame(id: 3, timeoutMilliseconds: 0, content: .cancel(target: target))
        #expect(decoded(frame) == .cancel(id: 3, target: target))
    }

    @Test("one decoder answers call after call from the same memory")
    func reuse() {
        let decoder = FrameDecoder()
        for (index, call) in (SampleCalls.all + SampleCalls.all).enumerated() {
            let frame = ClientFrame(id: UInt64(index + 1), timeoutMilliseconds: 0, content: .call(call))
            let found = DecodedFrame(Array(frame.bytes.dropFirst(4)), decoder)
            switch call {
            case .validate(let request): #expect(found == .validate(id: frame.id, request))
            case .validateBatch(let batch): #expect(found == .validateBatch(id: frame.id, batch))
            case .reportOutcome(let report): #expect(found == .reportOutcome(id: frame.id, report))
            default: #expect(found == .call(id: frame.id, timeoutMilliseconds: 0, call))
            }
        }
    }

    @Test("the samples have every call")
    func complete() {
        let names = Set(SampleCalls.all.map { "\($0)".prefix { $0.isLetter } })
        #expect(names.count == 19, "\(names)")
    }
}
