// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyTesting
import KeyWire

/// Frames over TCP, through the Swift client.
struct FrameDoor: Door {
    let client: KeyClient
    let port: Int
    /// Of who makes the calls.
    let token: String

    func call(_ name: String, _ request: JSON, timeoutMilliseconds: Int64?, records: Int?) async throws -> Outcome {
        let bytes = try RequestEncoder.frame(call: name, request, timeoutMilliseconds: timeoutMilliseconds)
        guard let call = Self.call(bytes) else { return try await raw(bytes) }
        do {
            if case .streamUsage(let request) = call {
                return Outcome(reply: try await self.records(records ?? .max, of: request))
            }
            let timeout = timeoutMilliseconds.map { Duration.milliseconds($0) }
            return Outcome(reply: try JSON(text: ProtoJSON.text(try await client.call(call, timeout: timeout))))
        } catch let refusal as Refusal {
            return Outcome(refusal)
        }
    }

    /// What a stream gives, as if it were one message.
    private func records(_ count: Int, of request: StreamUsageRequest) async throws -> JSON {
        var records: [UsageRecord] = []
        for try await record in try await client.streamUsage(request) {
            records.append(record)
            if records.count >= count { break }
        }
        return try JSON(text: ProtoJSON.text(.streamUsage(records)))
    }

    /// The client's own call; `nil` where its types cannot even hold what is wrong, as with a mask of unknown paths.
    private static func call(_ bytes: [UInt8]) -> Call? {
        let decoder = FrameDecoder()
        return bytes.withUnsafeBytes { bytes in
            switch (try? decoder.decode(bytes))?.content {
            case .call(let call): call
            case .validate(let question): .validate(request(question))
            case .validateBatch(let batch):
                .validateBatch(ValidateBatchRequest(requests: (0..<batch.count).map { request(batch[$0]) }))
            case .reportOutcome(let batch): .reportOutcome(request(batch))
            case .cancel, .nothing, nil: nil
            }
        }
    }

    private static func request(_ question: ValidateQuestion) -> ValidateRequest {
        ValidateRequest(
            secret: text(question.secret), clientIP: text(question.clientIP), resource: text(question.resource),
            action: Action(rawValue: question.action), httpMethod: text(question.httpMethod),
            path: text(question.path), fields: (0..<question.fields.count).map { text(question.fields[$0]) },
            minRevision: question.minRevision, explain: question.explain)
    }

    private static func request(_ batch: OutcomeBatch) -> ReportOutcomeRequest {
        ReportOutcomeRequest(
            outcomes: (0..<batch.count).map { index in
                ReportedOutcome(usageID: batch[index].usageID.bytes, httpStatus: UInt32(batch[index].httpStatus))
            })
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Sends the frame as it is, on a connection of its own.
    private func raw(_ bytes: [UInt8]) async throws -> Outcome {
        let connection = try await RawConnection(port: port, token: token)
        try await connection.send(withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes)
        let frame = await connection.next()
        await connection.close()
        switch frame?.result {
        case .success(let reply): return Outcome(reply: try JSON(text: ProtoJSON.text(reply)))
        case .failure(let refusal): return Outcome(refusal)
        case nil: throw Mismatch("the server closed the connection without an answer")
        }
    }
}

extension Outcome {
    fileprivate init(_ refusal: Refusal) {
        self.init(
            code: refusal.code.name, reason: refusal.reason.rawValue, message: refusal.message,
            violations: refusal.violations.map(\.field), hasRetryAfter: refusal.retryAfter != nil)
    }
}
