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
        if unsafe packFrame(message(packer), into: &buffer, atMost: Limits.serverFrameBytes) { return }
        ServerFrame(id: id, end: true, result: .failure(.replyTooLarge)).encode(into: &buffer)
    }

    func message(_ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__ServerFrame> {
        let frame = unsafe packer.make(latchkey__v1__server_frame__init)
        unsafe frame.pointee.id = id
        unsafe frame.pointee.end = end ? 1 : 0
        switch result {
        case nil: break
        case .failure(let refusal):
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_ERROR
            unsafe frame.pointee.error = unsafe StatusCodec.encode(refusal, packer)
        case .success(let reply):
            unsafe ReplyCodec.encode(reply, into: frame, packer)
        }
        return unsafe frame
    }

    /// Decodes one message, without its length prefix.
    package static func decode(_ message: ByteBuffer) throws(WireError) -> ServerFrame {
        let frame = unsafe message.withUnsafeReadableBytes { bytes in
            unsafe latchkey__v1__server_frame__unpack(
                nil, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        guard let frame = unsafe frame else {
            throw WireError(description: "the server sent a message that is not a ServerFrame")
        }
        defer {
            unsafe ReplyCodec.cleanseSecret(in: frame.pointee)
            unsafe latchkey__v1__server_frame__free_unpacked(frame, nil)
        }
        let result: Result<Reply, Refusal>?
        switch unsafe frame.pointee.result_case {
        case LATCHKEY__V1__SERVER_FRAME__RESULT__NOT_SET:
            result = nil
        case LATCHKEY__V1__SERVER_FRAME__RESULT_ERROR:
            result = unsafe .failure(StatusCodec.decode(frame.pointee.error))
        default:
            guard let reply = unsafe ReplyCodec.decode(frame.pointee) else {
                throw WireError(description: "the server sent a reply that this version does not know")
            }
            result = .success(reply)
        }
        return unsafe ServerFrame(id: frame.pointee.id, end: frame.pointee.end != 0, result: result)
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
        let status = unsafe packer.make(latchkey__v1__status__init)
        unsafe status.pointee.code = refusal.code.rawValue
        unsafe status.pointee.message = unsafe packer.text(refusal.message)
        unsafe status.pointee.reason = unsafe packer.text(refusal.reason.rawValue)
        unsafe status.pointee.retry_after = unsafe refusal.retryAfter.map { unsafe TimeCodec.encode($0, packer) }
        unsafe status.pointee.n_violations = refusal.violations.count
        unsafe status.pointee.violations = unsafe packer.array(
            refusal.violations.map { violation in
                let message = unsafe packer.make(latchkey__v1__field_violation__init)
                unsafe message.pointee.field = unsafe packer.text(violation.field)
                unsafe message.pointee.description = unsafe packer.text(violation.description)
                return unsafe Optional(message)
            })
        return unsafe status
    }

    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Status>?) -> Refusal {
        guard let status = unsafe message?.pointee else { return Refusal(.unknown, Reason(rawValue: ""), "") }
        let violations = unsafe (0..<status.n_violations).compactMap { index -> FieldViolation? in
            guard let violation = unsafe status.violations[index]?.pointee else { return nil }
            return unsafe FieldViolation(RequestCodec.text(violation.field), RequestCodec.text(violation.description))
        }
        return unsafe Refusal(
            StatusCode(rawValue: status.code) ?? .unknown, Reason(rawValue: RequestCodec.text(status.reason)),
            RequestCodec.text(status.message), violations: violations,
            retryAfter: TimeCodec.span(status.retry_after))
    }
}
