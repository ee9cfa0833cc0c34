// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel
package import NIOCore

/// What the server sends.
package struct ServerFrame {
    /// The call it answers; 0 = the connection as a whole.
    package var id: UInt64
    /// The last frame of this call.
    package var end: Bool
    /// `nil` = the end of a stream, without more.
    package var result: Result<Reply, Refusal>?

    package init(id: UInt64, end: Bool, result: Result<Reply, Refusal>?) {
        self.id = id
        self.end = end
        self.result = result
    }

    /// Appends the frame, its length first; one that would be larger than a frame may be becomes a Status. The Validate
    /// that the server answers goes by `ValidateReplyWriter` instead.
    package func encode(into buffer: inout ByteBuffer) {
        let packer = Packer()
        if packFrame(message(packer), into: &buffer, atMost: Limits.serverFrameBytes) { return }
        ServerFrame(id: id, end: true, result: .failure(.replyTooLarge)).encode(into: &buffer)
    }

    func message(_ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__ServerFrame> {
        let frame = packer.make(latchkey__v1__server_frame__init)
        frame.pointee.id = id
        frame.pointee.end = end ? 1 : 0
        switch result {
        case nil: break
        case .failure(let refusal):
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_ERROR
            frame.pointee.error = StatusCodec.encode(refusal, packer)
        case .success(let reply):
            ReplyCodec.encode(reply, into: frame, packer)
        }
        return frame
    }

    /// Decodes one message, without its length prefix.
    package static func decode(_ message: ByteBuffer) throws(WireError) -> ServerFrame {
        let frame = message.withUnsafeReadableBytes { bytes in
            latchkey__v1__server_frame__unpack(
                nil, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        guard let frame else { throw WireError(description: "the server sent a message that is not a ServerFrame") }
        defer { latchkey__v1__server_frame__free_unpacked(frame, nil) }
        let result: Result<Reply, Refusal>?
        switch frame.pointee.result_case {
        case LATCHKEY__V1__SERVER_FRAME__RESULT__NOT_SET:
            result = nil
        case LATCHKEY__V1__SERVER_FRAME__RESULT_ERROR:
            result = .failure(StatusCodec.decode(frame.pointee.error))
        default:
            guard let reply = ReplyCodec.decode(frame.pointee) else {
                throw WireError(description: "the server sent a reply that this version does not know")
            }
            result = .success(reply)
        }
        return ServerFrame(id: frame.pointee.id, end: frame.pointee.end != 0, result: result)
    }
}

/// The peer sent what this side cannot read.
package struct WireError: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) {
        self.description = description
    }
}

/// Status, both ways.
enum StatusCodec {
    static func encode(_ refusal: Refusal, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__Status> {
        let status = packer.make(latchkey__v1__status__init)
        status.pointee.code = refusal.code.rawValue
        status.pointee.message = packer.text(refusal.message)
        status.pointee.reason = packer.text(refusal.reason.rawValue)
        status.pointee.retry_after = refusal.retryAfter.map { TimeCodec.encode($0, packer) }
        status.pointee.n_violations = refusal.violations.count
        status.pointee.violations = packer.array(
            refusal.violations.map { violation in
                let message = packer.make(latchkey__v1__field_violation__init)
                message.pointee.field = packer.text(violation.field)
                message.pointee.description = packer.text(violation.description)
                return Optional(message)
            })
        return status
    }

    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Status>?) -> Refusal {
        guard let status = message?.pointee else { return Refusal(.unknown, Reason(rawValue: ""), "") }
        let violations = (0..<status.n_violations).compactMap { index -> FieldViolation? in
            guard let violation = status.violations[index]?.pointee else { return nil }
            return FieldViolation(RequestCodec.text(violation.field), RequestCodec.text(violation.description))
        }
        return Refusal(
            StatusCode(rawValue: status.code) ?? .unknown, Reason(rawValue: RequestCodec.text(status.reason)),
            RequestCodec.text(status.message), violations: violations,
            retryAfter: TimeCodec.span(status.retry_after))
    }
}
