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
    /// The token that the connection speaks for from this frame on; empty = as before.
    package var authorization: String

    package enum Content {
        case call(Call)
        case cancel(target: UInt64)
        /// Only the authorization.
        case nothing
    }

    package init(id: UInt64, timeoutMilliseconds: UInt32, content: Content, authorization: String = "") {
        self.id = id
        self.timeoutMilliseconds = timeoutMilliseconds
        self.content = content
        self.authorization = authorization
    }

    /// Appends the frame, its length first.
    package func encode(into buffer: inout ByteBuffer) {
        let packer = Packer()
        let frame = unsafe packer.make(latchkey__v1__client_frame__init)
        unsafe frame.pointee.id = id
        unsafe frame.pointee.timeout_ms = timeoutMilliseconds
        if !authorization.isEmpty { unsafe frame.pointee.authorization = unsafe packer.secret(authorization) }
        switch content {
        case .cancel(let target):
            let message = unsafe packer.make(latchkey__v1__cancel_request__init)
            unsafe message.pointee.target_id = target
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_CANCEL
            unsafe frame.pointee.cancel = unsafe message
        case .nothing: break
        case .call(let call):
            unsafe CallEncoder.encode(call, into: frame, packer)
        }
        unsafe packFrame(frame, into: &buffer)
    }
}

/// Calls, from the model's types to protobuf-c's.
enum CallEncoder {
    typealias Frame = UnsafeMutablePointer<Latchkey__V1__ClientFrame>

    static func encode(_ call: Call, into frame: Frame, _ packer: Packer) {
        switch call {
        case .createKey(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_CREATE_KEY
            unsafe frame.pointee.create_key = unsafe createKey(request, packer)
        case .getKey(let request):
            let message = unsafe packer.make(latchkey__v1__get_key_request__init)
            unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_GET_KEY
            unsafe frame.pointee.get_key = unsafe message
        case .listKeys(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_LIST_KEYS
            unsafe frame.pointee.list_keys = unsafe listKeys(request, packer)
        case .updateKey(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_UPDATE_KEY
            unsafe frame.pointee.update_key = unsafe updateKey(request, packer)
        case .rekeyKey(let request):
            let message = unsafe packer.make(latchkey__v1__rekey_key_request__init)
            unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
            unsafe message.pointee.overlap = unsafe request.overlap.map { unsafe TimeCodec.encode($0, packer) }
            unsafe message.pointee.expected_revision = request.expectedRevision
            unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REKEY_KEY
            unsafe frame.pointee.rekey_key = unsafe message
        case .retireSecrets(let request):
            let message = unsafe packer.make(latchkey__v1__retire_secrets_request__init)
            unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
            unsafe message.pointee.expected_revision = request.expectedRevision
            unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_RETIRE_SECRETS
            unsafe frame.pointee.retire_secrets = unsafe message
        case .revokeKey(let request):
            let message = unsafe packer.make(latchkey__v1__revoke_key_request__init)
            unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
            unsafe message.pointee.expected_revision = request.expectedRevision
            unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REVOKE_KEY
            unsafe frame.pointee.revoke_key = unsafe message
        case .revokeAllKeys(let request):
            let message = unsafe packer.make(latchkey__v1__revoke_all_keys_request__init)
            unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
            unsafe message.pointee.expected_count = request.expectedCount
            unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REVOKE_ALL_KEYS
            unsafe frame.pointee.revoke_all_keys = unsafe message
        case .validate(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_VALIDATE
            unsafe frame.pointee.validate = unsafe validate(request, packer)
        case .validateBatch(let batch):
            let message = unsafe packer.make(latchkey__v1__validate_batch_request__init)
            unsafe message.pointee.n_requests = batch.requests.count
            unsafe message.pointee.requests = unsafe packer.array(
                batch.requests.map { unsafe Optional(validate($0, packer)) })
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_VALIDATE_BATCH
            unsafe frame.pointee.validate_batch = unsafe message
        case .reportOutcome(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_REPORT_OUTCOME
            unsafe frame.pointee.report_outcome = unsafe OutcomeCodec.encode(request, packer)
        case .streamUsage(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_STREAM_USAGE
            unsafe frame.pointee.stream_usage = unsafe streamUsage(request, packer)
        case .getAccount(let request):
            let message = unsafe packer.make(latchkey__v1__get_account_request__init)
            unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_GET_ACCOUNT
            unsafe frame.pointee.get_account = unsafe message
        case .updateAccount(let request):
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_UPDATE_ACCOUNT
            unsafe frame.pointee.update_account = unsafe updateAccount(request, packer)
        case .listAccounts(let request):
            let message = unsafe packer.make(latchkey__v1__list_accounts_request__init)
            unsafe message.pointee.limit = request.limit
            unsafe message.pointee.starting_after = unsafe packer.text(request.startingAfter)
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_LIST_ACCOUNTS
            unsafe frame.pointee.list_accounts = unsafe message
        case .importKeys(let request):
            let message = unsafe packer.make(latchkey__v1__import_keys_request__init)
            unsafe message.pointee.n_keys = request.keys.count
            unsafe message.pointee.keys = unsafe packer.array(
                request.keys.map { unsafe Optional(importedKey($0, packer)) })
            unsafe message.pointee.dry_run = request.dryRun ? 1 : 0
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_IMPORT_KEYS
            unsafe frame.pointee.import_keys = unsafe message
        case .whoAmI:
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_WHO_AM_I
            unsafe frame.pointee.who_am_i = unsafe packer.make(latchkey__v1__who_am_irequest__init)
        case .health:
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_HEALTH
            unsafe frame.pointee.health = unsafe packer.make(latchkey__v1__health_request__init)
        case .snapshot:
            unsafe frame.pointee.call_case = LATCHKEY__V1__CLIENT_FRAME__CALL_SNAPSHOT
            unsafe frame.pointee.snapshot = unsafe packer.make(latchkey__v1__snapshot_request__init)
        }
    }

    private static func createKey(
        _ request: CreateKeyRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__CreateKeyRequest> {
        let message = unsafe packer.make(latchkey__v1__create_key_request__init)
        unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(request.userID)
        unsafe message.pointee.name = unsafe packer.text(request.name)
        unsafe message.pointee.description = unsafe packer.text(request.description)
        unsafe message.pointee.n_allowed_ips = request.allowedIPs.count
        unsafe message.pointee.allowed_ips = unsafe packer.texts(request.allowedIPs)
        unsafe message.pointee.n_grants = request.grants.count
        unsafe message.pointee.grants = unsafe KeyCodec.encode(request.grants, packer)
        unsafe message.pointee.unrestricted = request.unrestricted ? 1 : 0
        unsafe message.pointee.api_version = unsafe packer.text(request.apiVersion)
        unsafe message.pointee.rate_limit = unsafe KeyCodec.encode(request.rateLimit, packer)
        unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
        switch request.expiry {
        case nil: break
        case .at(let time):
            unsafe message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME
            unsafe message.pointee.expire_time = unsafe TimeCodec.encode(time, packer)
        case .lifetime(let span):
            unsafe message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_LIFETIME
            unsafe message.pointee.lifetime = unsafe TimeCodec.encode(span, packer)
        case .never:
            unsafe message.pointee.expiry_case = LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES
            unsafe message.pointee.never_expires = 1
        }
        return unsafe message
    }

    private static func updateKey(
        _ request: UpdateKeyRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__UpdateKeyRequest> {
        let message = unsafe packer.make(latchkey__v1__update_key_request__init)
        var paths: [String] = []
        unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
        if let name = request.name {
            unsafe message.pointee.name = unsafe packer.text(name)
            paths.append("name")
        }
        if let description = request.description {
            unsafe message.pointee.description = unsafe packer.text(description)
            paths.append("description")
        }
        if let enabled = request.enabled {
            unsafe message.pointee.enabled = enabled ? 1 : 0
            paths.append("enabled")
        }
        if let userID = request.userID {
            unsafe message.pointee.user_id = unsafe packer.text(userID)
            paths.append("user_id")
        }
        if let allowedIPs = request.allowedIPs {
            unsafe message.pointee.n_allowed_ips = allowedIPs.count
            unsafe message.pointee.allowed_ips = unsafe packer.texts(allowedIPs)
            paths.append("allowed_ips")
        }
        if let grants = request.grants {
            unsafe message.pointee.n_grants = grants.count
            unsafe message.pointee.grants = unsafe KeyCodec.encode(grants, packer)
            paths.append("grants")
        }
        if let unrestricted = request.unrestricted {
            unsafe message.pointee.unrestricted = unrestricted ? 1 : 0
            paths.append("unrestricted")
        }
        if let apiVersion = request.apiVersion {
            unsafe message.pointee.api_version = unsafe packer.text(apiVersion)
            paths.append("api_version")
        }
        if let rateLimit = request.rateLimit {
            unsafe message.pointee.rate_limit = unsafe KeyCodec.encode(rateLimit.value, packer)
            paths.append("rate_limit")
        }
        unsafe message.pointee.expected_revision = request.expectedRevision
        unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
        if request.expiry != nil { paths.append("expiry") }
        switch request.expiry {
        case nil: break
        case .at(let time):
            unsafe message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME
            unsafe message.pointee.expire_time = unsafe TimeCodec.encode(time, packer)
        case .lifetime(let span):
            unsafe message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_LIFETIME
            unsafe message.pointee.lifetime = unsafe TimeCodec.encode(span, packer)
        case .never:
            unsafe message.pointee.expiry_case = LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES
            unsafe message.pointee.never_expires = 1
        }
        unsafe message.pointee.update_mask = unsafe mask(paths, packer)
        return unsafe message
    }

    private static func listKeys(
        _ request: ListKeysRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ListKeysRequest> {
        let message = unsafe packer.make(latchkey__v1__list_keys_request__init)
        unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
        unsafe message.pointee.filter = Latchkey__V1__KeyFilter(rawValue: request.filter.rawValue)
        unsafe message.pointee.limit = request.limit
        unsafe message.pointee.starting_after = unsafe packer.text(request.startingAfter)
        unsafe message.pointee.ending_before = unsafe packer.text(request.endingBefore)
        unsafe message.pointee.offset = request.offset
        return unsafe message
    }

    private static func updateAccount(
        _ request: UpdateAccountRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__UpdateAccountRequest> {
        let message = unsafe packer.make(latchkey__v1__update_account_request__init)
        var paths: [String] = []
        unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
        if let cap = request.maxActiveKeys {
            unsafe message.pointee.max_active_keys = cap
            paths.append("max_active_keys")
        }
        if let lifetime = request.defaultLifetime {
            unsafe message.pointee.default_lifetime = unsafe TimeCodec.encode(lifetime, packer)
            paths.append("default_lifetime")
        }
        if let prefix = request.tokenPrefix {
            unsafe message.pointee.token_prefix = unsafe packer.text(prefix)
            paths.append("token_prefix")
        }
        if let mustBePublic = request.requirePublicIPs {
            unsafe message.pointee.require_public_ips = mustBePublic ? 1 : 0
            paths.append("require_public_ips")
        }
        if let window = request.downgradeWindow {
            unsafe message.pointee.api_version_downgrade_window = unsafe TimeCodec.encode(window, packer)
            paths.append("api_version_downgrade_window")
        }
        if let overlap = request.defaultOverlap {
            unsafe message.pointee.default_overlap = unsafe TimeCodec.encode(overlap, packer)
            paths.append("default_overlap")
        }
        unsafe message.pointee.update_mask = unsafe mask(paths, packer)
        unsafe message.pointee.expected_revision = request.expectedRevision
        unsafe message.pointee.request_id = unsafe packer.bytes(request.requestID)
        return unsafe message
    }

    private static func importedKey(
        _ key: ImportedKey, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ImportedKey> {
        let message = unsafe packer.make(latchkey__v1__imported_key__init)
        unsafe message.pointee.token_sha256 = unsafe packer.bytes(key.tokenSHA256)
        unsafe message.pointee.hint = unsafe packer.text(key.hint)
        unsafe message.pointee.account_id = unsafe packer.text(key.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(key.userID)
        unsafe message.pointee.name = unsafe packer.text(key.name)
        unsafe message.pointee.description = unsafe packer.text(key.description)
        unsafe message.pointee.n_allowed_ips = key.allowedIPs.count
        unsafe message.pointee.allowed_ips = unsafe packer.texts(key.allowedIPs)
        unsafe message.pointee.n_grants = key.grants.count
        unsafe message.pointee.grants = unsafe KeyCodec.encode(key.grants, packer)
        unsafe message.pointee.unrestricted = key.unrestricted ? 1 : 0
        unsafe message.pointee.api_version = unsafe packer.text(key.apiVersion)
        unsafe message.pointee.expire_time = unsafe TimeCodec.encode(key.expireTime, packer)
        unsafe message.pointee.revoke_time = unsafe TimeCodec.encode(key.revokeTime, packer)
        unsafe message.pointee.create_time = unsafe TimeCodec.encode(key.createTime, packer)
        unsafe message.pointee.rate_limit = unsafe KeyCodec.encode(key.rateLimit, packer)
        return unsafe message
    }

    private static func validate(
        _ request: ValidateRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ValidateRequest> {
        let message = unsafe packer.make(latchkey__v1__validate_request__init)
        unsafe message.pointee.secret = unsafe packer.secret(request.secret)
        unsafe message.pointee.client_ip = unsafe packer.text(request.clientIP)
        unsafe message.pointee.resource = unsafe packer.text(request.resource)
        unsafe message.pointee.action = Latchkey__V1__Action(rawValue: request.action?.rawValue ?? 0)
        unsafe message.pointee.http_method = unsafe packer.text(request.httpMethod)
        unsafe message.pointee.path = unsafe packer.text(request.path)
        unsafe message.pointee.n_fields = request.fields.count
        unsafe message.pointee.fields = unsafe packer.array(request.fields.map { unsafe Optional(packer.text($0)) })
        unsafe message.pointee.min_revision = request.minRevision
        unsafe message.pointee.explain = request.explain ? 1 : 0
        return unsafe message
    }

    private static func streamUsage(
        _ request: StreamUsageRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__StreamUsageRequest> {
        let message = unsafe packer.make(latchkey__v1__stream_usage_request__init)
        unsafe message.pointee.after_sequence = request.afterSequence
        unsafe message.pointee.after_time = unsafe TimeCodec.encode(request.afterTime, packer)
        unsafe message.pointee.history = request.history ? 1 : 0
        unsafe message.pointee.account_id = unsafe packer.text(request.accountID)
        unsafe message.pointee.key_id = unsafe packer.text(request.keyID)
        unsafe message.pointee.user_id = unsafe packer.text(request.userID)
        unsafe message.pointee.n_verdicts = request.verdicts.count
        unsafe message.pointee.verdicts = unsafe packer.array(
            request.verdicts.map { Latchkey__V1__Verdict(rawValue: $0.rawValue) })
        unsafe message.pointee.denied_only = request.deniedOnly ? 1 : 0
        unsafe message.pointee.superseded_only = request.supersededOnly ? 1 : 0
        unsafe message.pointee.no_follow = request.noFollow ? 1 : 0
        unsafe message.pointee.limit = request.limit
        unsafe message.pointee.newest_first = request.newestFirst ? 1 : 0
        return unsafe message
    }

    private static func mask(
        _ paths: [String], _ packer: Packer
    ) -> UnsafeMutablePointer<Google__Protobuf__FieldMask> {
        let mask = unsafe packer.make(google__protobuf__field_mask__init)
        unsafe mask.pointee.n_paths = paths.count
        unsafe mask.pointee.paths = unsafe packer.texts(paths)
        return unsafe mask
    }
}
