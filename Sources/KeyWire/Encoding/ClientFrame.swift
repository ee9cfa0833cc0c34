// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel
package import NIOCore

/// What a client sends.
package struct ClientFrame {
    /// The client's number for the call, any but 0.
    package var id: UInt64
    /// 0 = no deadline.
    package var timeoutMilliseconds: UInt32
    package var content: Content

    package enum Content {
        case call(Call)
        case cancel(target: UInt64)
    }

    package init(id: UInt64, timeoutMilliseconds: UInt32, content: Content) {
        self.id = id
        self.timeoutMilliseconds = timeoutMilliseconds
        self.content = content
    }

    /// Appends the frame, its length first.
    package func encode(into buffer: inout ByteBuffer) {
        let packer = Packer()
        let frame = packer.make(latchkey__v1__client_frame__init)
        frame.pointee.id = id
        frame.pointee.timeout_ms = timeoutMilliseconds
        switch content {
        case .cancel(let target):
            let message = packer.make(latchkey__v1__cancel_request__init)
            message.pointee.target_id = target
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_CANCEL
            frame.pointee.cancel = message
        case .call(let call):
            CallEncoder.encode(call, into: frame, packer)
        }
        packFrame(frame, into: &buffer)
    }
}

/// Calls, from the model's types to protobuf-c's.
enum CallEncoder {
    typealias Frame = UnsafeMutablePointer<Latchkey__V1__ClientFrame>

    static func encode(_ call: Call, into frame: Frame, _ packer: Packer) {
        switch call {
        case .createKey(let request):
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_CREATE_KEY
            frame.pointee.create_key = createKey(request, packer)
        case .getKey(let request):
            let message = packer.make(latchkey__v1__get_key_request__init)
            message.pointee.key_id = packer.text(request.keyID)
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_GET_KEY
            frame.pointee.get_key = message
        case .updateKey(let request):
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_UPDATE_KEY
            frame.pointee.update_key = updateKey(request, packer)
        case .rekeyKey(let request):
            let message = packer.make(latchkey__v1__rekey_key_request__init)
            message.pointee.key_id = packer.text(request.keyID)
            message.pointee.overlap = request.overlap.map { TimeCodec.encode($0, packer) }
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REKEY_KEY
            frame.pointee.rekey_key = message
        case .retireSecrets(let request):
            let message = packer.make(latchkey__v1__retire_secrets_request__init)
            message.pointee.key_id = packer.text(request.keyID)
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_RETIRE_SECRETS
            frame.pointee.retire_secrets = message
        case .revokeKey(let request):
            let message = packer.make(latchkey__v1__revoke_key_request__init)
            message.pointee.key_id = packer.text(request.keyID)
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REVOKE_KEY
            frame.pointee.revoke_key = message
        case .validate(let request):
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_VALIDATE
            frame.pointee.validate = validate(request, packer)
        case .streamUsage(let request):
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_STREAM_USAGE
            frame.pointee.stream_usage = streamUsage(request, packer)
        case .getAccount(let request):
            let message = packer.make(latchkey__v1__get_account_request__init)
            message.pointee.account_id = packer.text(request.accountID)
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_GET_ACCOUNT
            frame.pointee.get_account = message
        case .updateAccount(let request):
            let message = packer.make(latchkey__v1__update_account_request__init)
            message.pointee.account_id = packer.text(request.accountID)
            message.pointee.max_active_keys = request.maxActiveKeys ?? 0
            message.pointee.update_mask = mask(request.maxActiveKeys == nil ? [] : ["max_active_keys"], packer)
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_UPDATE_ACCOUNT
            frame.pointee.update_account = message
        case .whoAmI:
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_WHO_AM_I
            frame.pointee.who_am_i = packer.make(latchkey__v1__who_am_irequest__init)
        case .health:
            frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_HEALTH
            frame.pointee.health = packer.make(latchkey__v1__health_request__init)
        }
    }

    private static func createKey(
        _ request: CreateKeyRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__CreateKeyRequest> {
        let message = packer.make(latchkey__v1__create_key_request__init)
        message.pointee.account_id = packer.text(request.accountID)
        message.pointee.user_id = packer.text(request.userID)
        message.pointee.name = packer.text(request.name)
        message.pointee.description = packer.text(request.description)
        message.pointee.unrestricted = request.unrestricted ? 1 : 0
        switch request.expiry {
        case nil: break
        case .at(let time):
            message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME
            message.pointee.expire_time = TimeCodec.encode(time, packer)
        case .lifetime(let span):
            message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_LIFETIME
            message.pointee.lifetime = TimeCodec.encode(span, packer)
        case .never:
            message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES
            message.pointee.never_expires = 1
        }
        return message
    }

    private static func updateKey(
        _ request: UpdateKeyRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__UpdateKeyRequest> {
        let message = packer.make(latchkey__v1__update_key_request__init)
        var paths: [String] = []
        message.pointee.key_id = packer.text(request.keyID)
        if let name = request.name {
            message.pointee.name = packer.text(name)
            paths.append("name")
        }
        if let description = request.description {
            message.pointee.description = packer.text(description)
            paths.append("description")
        }
        if let enabled = request.enabled {
            message.pointee.enabled = enabled ? 1 : 0
            paths.append("enabled")
        }
        if request.expiry != nil { paths.append("expiry") }
        switch request.expiry {
        case nil: break
        case .at(let time):
            message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME
            message.pointee.expire_time = TimeCodec.encode(time, packer)
        case .lifetime(let span):
            message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_LIFETIME
            message.pointee.lifetime = TimeCodec.encode(span, packer)
        case .never:
            message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES
            message.pointee.never_expires = 1
        }
        message.pointee.update_mask = mask(paths, packer)
        return message
    }

    private static func validate(
        _ request: ValidateRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ValidateRequest> {
        let message = packer.make(latchkey__v1__validate_request__init)
        message.pointee.secret = packer.text(request.secret)
        message.pointee.client_ip = packer.text(request.clientIP)
        message.pointee.resource = packer.text(request.resource)
        message.pointee.action = Latchkey__V1__Action(rawValue: request.action?.rawValue ?? 0)
        message.pointee.http_method = packer.text(request.httpMethod)
        message.pointee.path = packer.text(request.path)
        return message
    }

    private static func streamUsage(
        _ request: StreamUsageRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__StreamUsageRequest> {
        let message = packer.make(latchkey__v1__stream_usage_request__init)
        message.pointee.history = request.history ? 1 : 0
        message.pointee.account_id = packer.text(request.accountID)
        message.pointee.key_id = packer.text(request.keyID)
        message.pointee.user_id = packer.text(request.userID)
        message.pointee.denied_only = request.deniedOnly ? 1 : 0
        message.pointee.superseded_only = request.supersededOnly ? 1 : 0
        message.pointee.no_follow = request.noFollow ? 1 : 0
        message.pointee.limit = request.limit
        return message
    }

    private static func mask(
        _ paths: [String], _ packer: Packer
    ) -> UnsafeMutablePointer<Google__Protobuf__FieldMask> {
        let mask = packer.make(google__protobuf__field_mask__init)
        mask.pointee.n_paths = paths.count
        mask.pointee.paths = packer.array(paths.map { Optional(packer.text($0)) })
        return mask
    }
}
