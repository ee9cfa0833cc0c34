// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// ValidateResponse, both ways. The server writes its own by `ValidateReplyWriter`.
enum ValidationCodec {
    static func encode(
        _ reply: ValidateResponse, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ValidateResponse> {
        let message = unsafe packer.make(latchkey__v1__validate_response__init)
        unsafe message.pointee.verdict = Latchkey__V1__Verdict(rawValue: reply.verdict?.rawValue ?? 0)
        unsafe message.pointee.message = unsafe packer.text(reply.message)
        unsafe message.pointee.public_message = unsafe packer.text(reply.publicMessage)
        unsafe message.pointee.key_id = unsafe packer.text(reply.keyID)
        unsafe message.pointee.name = unsafe packer.text(reply.name)
        unsafe message.pointee.account_id = unsafe packer.text(reply.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(reply.userID)
        unsafe message.pointee.expire_time = unsafe TimeCodec.encode(reply.expireTime, packer)
        unsafe message.pointee.generation = reply.generation
        unsafe message.pointee.superseded = reply.superseded ? 1 : 0
        unsafe message.pointee.superseded_deadline = unsafe TimeCodec.encode(reply.supersededDeadline, packer)
        unsafe message.pointee.revision = reply.revision
        unsafe message.pointee.usage_id = unsafe packer.bytes(reply.usageID)
        unsafe message.pointee.http_status = reply.httpStatus
        unsafe message.pointee.n_allowed_fields = reply.allowedFields.count
        unsafe message.pointee.allowed_fields = unsafe packer.array(
            reply.allowedFields.map { unsafe Optional(packer.text($0)) })
        unsafe message.pointee.n_denied_fields = reply.deniedFields.count
        unsafe message.pointee.denied_fields = unsafe packer.array(
            reply.deniedFields.map { unsafe Optional(packer.text($0)) })
        unsafe message.pointee.api_version = unsafe packer.text(reply.apiVersion?.description ?? "")
        unsafe message.pointee.retry_after = unsafe reply.retryAfter.map { unsafe TimeCodec.encode($0, packer) }
        unsafe message.pointee.n_denials = reply.denials.count
        unsafe message.pointee.denials = unsafe packer.array(
            reply.denials.map { Latchkey__V1__Verdict(rawValue: $0.rawValue) })
        return unsafe message
    }

    static func decode(_ reply: Latchkey__V1__ValidateResponse) -> ValidateResponse {
        unsafe ValidateResponse(
            verdict: Verdict(rawValue: reply.verdict.rawValue), message: RequestCodec.text(reply.message),
            publicMessage: RequestCodec.text(reply.public_message), keyID: RequestCodec.text(reply.key_id),
            name: RequestCodec.text(reply.name), accountID: RequestCodec.text(reply.account_id),
            userID: RequestCodec.text(reply.user_id), expireTime: TimeCodec.time(reply.expire_time),
            generation: reply.generation, superseded: reply.superseded != 0,
            supersededDeadline: TimeCodec.time(reply.superseded_deadline), revision: reply.revision,
            usageID: UsageCodec.bytes(reply.usage_id), httpStatus: reply.http_status,
            allowedFields: (0..<reply.n_allowed_fields).map { unsafe RequestCodec.text(reply.allowed_fields[$0]) },
            deniedFields: (0..<reply.n_denied_fields).map { unsafe RequestCodec.text(reply.denied_fields[$0]) },
            apiVersion: CalendarDate(RequestCodec.text(reply.api_version)),
            retryAfter: TimeCodec.span(reply.retry_after),
            denials: (0..<reply.n_denials).compactMap { unsafe Verdict(rawValue: reply.denials[$0].rawValue) })
    }
}
