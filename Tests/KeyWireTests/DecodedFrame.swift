// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore

/// What the server makes of one message, copied out of the decoder's memory so that it can be compared.
enum DecodedFrame: Equatable {
    case validate(id: UInt64, ValidateRequest)
    case validateBatch(id: UInt64, ValidateBatchRequest)
    case reportOutcome(id: UInt64, ReportOutcomeRequest)
    case call(id: UInt64, timeoutMilliseconds: UInt32, Call)
    case cancel(id: UInt64, target: UInt64)
    case authorization(id: UInt64, String)
    case refused(id: UInt64, Refusal)

    init(_ message: [UInt8], _ decoder: FrameDecoder = FrameDecoder()) {
        self = message.withUnsafeBytes { bytes in
            do throws(FrameDecoder.Rejection) {
                let frame = try decoder.decode(bytes)
                switch frame.content {
                case .validate(let question): return .validate(id: frame.id, ValidateRequest(question))
                case .validateBatch(let batch): return .validateBatch(id: frame.id, ValidateBatchRequest(batch))
                case .reportOutcome(let batch): return .reportOutcome(id: frame.id, ReportOutcomeRequest(batch))
                case .call(let call):
                    return .call(id: frame.id, timeoutMilliseconds: frame.timeoutMilliseconds, call)
                case .cancel(let target): return .cancel(id: frame.id, target: target)
                case .nothing:
                    let token = decoder.takeAuthorization().map { String(decoding: $0, as: UTF8.self) }
                    return .authorization(id: frame.id, token ?? "")
                }
            } catch {
                return .refused(id: error.id, error.refusal)
            }
        }
    }

    var refusal: Refusal? {
        if case .refused(_, let refusal) = self { return refusal }
        return nil
    }

    var call: Call? {
        if case .call(_, _, let call) = self { return call }
        return nil
    }

    var id: UInt64 {
        switch self {
        case .validate(let id, _), .validateBatch(let id, _), .reportOutcome(let id, _), .call(let id, _, _),
            .cancel(let id, _), .authorization(let id, _), .refused(let id, _):
            id
        }
    }

    /// The fields that it was refused for.
    var fields: [String] { refusal?.violations.map(\.field) ?? [] }
}

extension ValidateRequest {
    /// A copy of what the server reads in place.
    init(_ question: ValidateQuestion) {
        func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
        self.init(
            secret: text(question.secret), clientIP: text(question.clientIP), resource: text(question.resource),
            action: Action(rawValue: question.action), httpMethod: text(question.httpMethod),
            path: text(question.path), fields: (0..<question.fields.count).map { text(question.fields[$0]) },
            minRevision: question.minRevision, explain: question.explain)
    }
}

extension ValidateBatchRequest {
    init(_ batch: ValidateBatch) {
        self.init(requests: (0..<batch.count).map { ValidateRequest(batch[$0]) })
    }
}

extension ReportOutcomeRequest {
    init(_ batch: OutcomeBatch) {
        self.init(
            outcomes: (0..<batch.count).map { index in
                let (usageID, httpStatus) = batch[index]
                return ReportedOutcome(usageID: usageID.bytes, httpStatus: UInt32(httpStatus))
            })
    }
}

extension ClientFrame {
    /// Its bytes, the length first.
    var bytes: [UInt8] {
        var buffer = ByteBuffer()
        encode(into: &buffer)
        return Array(buffer.readableBytesView)
    }
}

extension ServerFrame {
    /// Its bytes, the length first.
    var bytes: [UInt8] {
        var buffer = ByteBuffer()
        encode(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    /// Decodes a whole frame, the length first.
    init(_ bytes: [UInt8]) throws {
        self = try .decode(ByteBuffer(bytes: bytes.dropFirst(4)))
    }
}
