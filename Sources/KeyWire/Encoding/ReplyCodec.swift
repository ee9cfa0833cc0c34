// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Replies, both ways.
enum ReplyCodec {
    typealias Frame = UnsafeMutablePointer<Latchkey__V1__ServerFrame>

    static func encode(_ reply: Reply, into frame: Frame, _ packer: Packer) {
        switch reply {
        case .createKey(let reply):
            let message = packer.make(latchkey__v1__create_key_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            message.pointee.secret = packer.text(reply.secret)
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_CREATE_KEY
            frame.pointee.create_key = message
        case .getKey(let reply):
            let message = packer.make(latchkey__v1__get_key_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_GET_KEY
            frame.pointee.get_key = message
        case .updateKey(let reply):
            let message = packer.make(latchkey__v1__update_key_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_KEY
            frame.pointee.update_key = message
        case .rekeyKey(let reply):
            let message = packer.make(latchkey__v1__rekey_key_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            message.pointee.secret = packer.text(reply.secret)
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REKEY_KEY
            frame.pointee.rekey_key = message
        case .retireSecrets(let reply):
            let message = packer.make(latchkey__v1__retire_secrets_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            message.pointee.retired = reply.retired
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_RETIRE_SECRETS
            frame.pointee.retire_secrets = message
        case .revokeKey(let reply):
            let message = packer.make(latchkey__v1__revoke_key_response__init)
            message.pointee.key = KeyCodec.encode(reply.key, packer)
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_KEY
            frame.pointee.revoke_key = message
        case .validate(let reply):
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE
            frame.pointee.validate = validation(reply, packer)
        case .streamUsage(let records):
            let message = packer.make(latchkey__v1__stream_usage_response__init)
            message.pointee.n_records = records.count
            message.pointee.records = packer.array(records.map { Optional(UsageCodec.encode($0, packer)) })
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_STREAM_USAGE
            frame.pointee.stream_usage = message
        case .getAccount(let reply):
            let message = packer.make(latchkey__v1__get_account_response__init)
            message.pointee.account = AccountCodec.encode(reply.account, packer)
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_GET_ACCOUNT
            frame.pointee.get_account = message
        case .updateAccount(let reply):
            let message = packer.make(latchkey__v1__update_account_response__init)
            message.pointee.account = AccountCodec.encode(reply.account, packer)
            message.pointee.revision = reply.revision
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_ACCOUNT
            frame.pointee.update_account = message
        case .whoAmI(let reply):
            let message = packer.make(latchkey__v1__who_am_iresponse__init)
            message.pointee.caller = packer.text(reply.caller)
            message.pointee.peer = packer.text(reply.peer)
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_WHO_AM_I
            frame.pointee.who_am_i = message
        case .health(let reply):
            let message = packer.make(latchkey__v1__health_response__init)
            message.pointee.serving = reply.serving ? 1 : 0
            message.pointee.revision = reply.revision
            message.pointee.keys = reply.keys
            message.pointee.version = packer.text(reply.version)
            message.pointee.start_time = TimeCodec.encode(reply.startTime, packer)
            frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_HEALTH
            frame.pointee.health = message
        }
    }

    private static func validation(
        _ reply: ValidateResponse, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ValidateResponse> {
        let message = packer.make(latchkey__v1__validate_response__init)
        message.pointee.verdict = Latchkey__V1__Verdict(rawValue: reply.verdict?.rawValue ?? 0)
        message.pointee.message = packer.text(reply.message)
        message.pointee.public_message = packer.text(reply.publicMessage)
        message.pointee.key_id = packer.text(reply.keyID)
        message.pointee.name = packer.text(reply.name)
        message.pointee.account_id = packer.text(reply.accountID)
        message.pointee.user_id = packer.text(reply.userID)
        message.pointee.expire_time = TimeCodec.encode(reply.expireTime, packer)
        message.pointee.generation = reply.generation
        message.pointee.superseded = reply.superseded ? 1 : 0
        message.pointee.superseded_deadline = TimeCodec.encode(reply.supersededDeadline, packer)
        message.pointee.revision = reply.revision
        message.pointee.usage_id = packer.bytes(reply.usageID)
        message.pointee.http_status = reply.httpStatus
        return message
    }

    /// `nil` for a reply that this version does not know, or one that a server may not send.
    static func decode(_ frame: Latchkey__V1__ServerFrame) -> Reply? {
        switch frame.result_case {
        case LATCHKEY__V1__SERVER_FRAME__RESULT_CREATE_KEY:
            guard let reply = frame.create_key?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .createKey(.init(key: key, secret: RequestCodec.text(reply.secret), revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_GET_KEY:
            guard let reply = frame.get_key?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .getKey(.init(key: key))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_KEY:
            guard let reply = frame.update_key?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .updateKey(.init(key: key, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REKEY_KEY:
            guard let reply = frame.rekey_key?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .rekeyKey(.init(key: key, secret: RequestCodec.text(reply.secret), revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_RETIRE_SECRETS:
            guard let reply = frame.retire_secrets?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .retireSecrets(.init(key: key, retired: reply.retired, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_KEY:
            guard let reply = frame.revoke_key?.pointee, let key = KeyCodec.decode(reply.key) else { return nil }
            return .revokeKey(.init(key: key, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE:
            guard let reply = frame.validate?.pointee else { return nil }
            return .validate(validation(reply))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_STREAM_USAGE:
            guard let reply = frame.stream_usage?.pointee else { return nil }
            return .streamUsage((0..<reply.n_records).compactMap { UsageCodec.decode(reply.records[$0]) })
        case LATCHKEY__V1__SERVER_FRAME__RESULT_GET_ACCOUNT:
            return AccountCodec.decode(frame.get_account?.pointee.account).map { .getAccount(.init(account: $0)) }
        case LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_ACCOUNT:
            guard let reply = frame.update_account?.pointee else { return nil }
            return AccountCodec.decode(reply.account).map {
                .updateAccount(.init(account: $0, revision: reply.revision))
            }
        case LATCHKEY__V1__SERVER_FRAME__RESULT_WHO_AM_I:
            guard let reply = frame.who_am_i?.pointee else { return nil }
            return .whoAmI(.init(caller: RequestCodec.text(reply.caller), peer: RequestCodec.text(reply.peer)))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_HEALTH:
            guard let reply = frame.health?.pointee else { return nil }
            return .health(
                .init(
                    serving: reply.serving != 0, revision: reply.revision, keys: reply.keys,
                    version: RequestCodec.text(reply.version),
                    startTime: TimeCodec.time(reply.start_time) ?? Timestamp(nanoseconds: 0)))
        default:
            return nil
        }
    }

    private static func validation(_ reply: Latchkey__V1__ValidateResponse) -> ValidateResponse {
        ValidateResponse(
            verdict: Verdict(rawValue: reply.verdict.rawValue), message: RequestCodec.text(reply.message),
            publicMessage: RequestCodec.text(reply.public_message), keyID: RequestCodec.text(reply.key_id),
            name: RequestCodec.text(reply.name), accountID: RequestCodec.text(reply.account_id),
            userID: RequestCodec.text(reply.user_id), expireTime: TimeCodec.time(reply.expire_time),
            generation: reply.generation, superseded: reply.superseded != 0,
            supersededDeadline: TimeCodec.time(reply.superseded_deadline), revision: reply.revision,
            usageID: UsageCodec.bytes(reply.usage_id), httpStatus: reply.http_status)
    }
}
