// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import Glibc
internal import KeyModel

/// Replies, both ways.
enum ReplyCodec {
    typealias Frame = UnsafeMutablePointer<Latchkey__V1__ServerFrame>

    static func encode(_ reply: Reply, into frame: Frame, _ packer: Packer) {
        switch reply {
        case .createKey(let reply):
            let message = unsafe packer.make(latchkey__v1__create_key_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe message.pointee.secret = unsafe packer.secret(reply.secret)
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_CREATE_KEY
            unsafe frame.pointee.create_key = unsafe message
        case .getKey(let reply):
            let message = unsafe packer.make(latchkey__v1__get_key_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_GET_KEY
            unsafe frame.pointee.get_key = unsafe message
        case .listKeys(let reply):
            let message = unsafe packer.make(latchkey__v1__list_keys_response__init)
            unsafe message.pointee.total = reply.total
            unsafe message.pointee.count = UInt32(clamping: reply.keys.count)
            unsafe message.pointee.n_keys = reply.keys.count
            unsafe message.pointee.keys = unsafe packer.array(
                reply.keys.map { unsafe Optional(KeyCodec.encode($0, packer)) })
            unsafe message.pointee.next_cursor = unsafe packer.text(reply.nextCursor)
            unsafe message.pointee.previous_cursor = unsafe packer.text(reply.previousCursor)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_LIST_KEYS
            unsafe frame.pointee.list_keys = unsafe message
        case .updateKey(let reply):
            let message = unsafe packer.make(latchkey__v1__update_key_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_KEY
            unsafe frame.pointee.update_key = unsafe message
        case .rekeyKey(let reply):
            let message = unsafe packer.make(latchkey__v1__rekey_key_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe message.pointee.secret = unsafe packer.secret(reply.secret)
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REKEY_KEY
            unsafe frame.pointee.rekey_key = unsafe message
        case .retireSecrets(let reply):
            let message = unsafe packer.make(latchkey__v1__retire_secrets_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe message.pointee.retired = reply.retired
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_RETIRE_SECRETS
            unsafe frame.pointee.retire_secrets = unsafe message
        case .revokeKey(let reply):
            let message = unsafe packer.make(latchkey__v1__revoke_key_response__init)
            unsafe message.pointee.key = unsafe KeyCodec.encode(reply.key, packer)
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_KEY
            unsafe frame.pointee.revoke_key = unsafe message
        case .revokeAllKeys(let reply):
            let message = unsafe packer.make(latchkey__v1__revoke_all_keys_response__init)
            unsafe message.pointee.revoked = reply.revoked
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_ALL_KEYS
            unsafe frame.pointee.revoke_all_keys = unsafe message
        case .validate(let reply):
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE
            unsafe frame.pointee.validate = unsafe ValidationCodec.encode(reply, packer)
        case .validateBatch(let reply):
            let message = unsafe packer.make(latchkey__v1__validate_batch_response__init)
            unsafe message.pointee.n_responses = reply.responses.count
            unsafe message.pointee.responses = unsafe packer.array(
                reply.responses.map { unsafe Optional(ValidationCodec.encode($0, packer)) })
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE_BATCH
            unsafe frame.pointee.validate_batch = unsafe message
        case .reportOutcome(let reply):
            let message = unsafe packer.make(latchkey__v1__report_outcome_response__init)
            unsafe message.pointee.accepted = reply.accepted
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_REPORT_OUTCOME
            unsafe frame.pointee.report_outcome = unsafe message
        case .streamUsage(let records):
            let message = unsafe packer.make(latchkey__v1__stream_usage_response__init)
            unsafe message.pointee.n_records = records.count
            unsafe message.pointee.records = unsafe packer.array(
                records.map { unsafe Optional(UsageCodec.encode($0, packer)) })
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_STREAM_USAGE
            unsafe frame.pointee.stream_usage = unsafe message
        case .getAccount(let reply):
            let message = unsafe packer.make(latchkey__v1__get_account_response__init)
            unsafe message.pointee.account = unsafe AccountCodec.encode(reply.account, packer)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_GET_ACCOUNT
            unsafe frame.pointee.get_account = unsafe message
        case .updateAccount(let reply):
            let message = unsafe packer.make(latchkey__v1__update_account_response__init)
            unsafe message.pointee.account = unsafe AccountCodec.encode(reply.account, packer)
            unsafe message.pointee.revision = reply.revision
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_ACCOUNT
            unsafe frame.pointee.update_account = unsafe message
        case .listAccounts(let reply):
            let message = unsafe packer.make(latchkey__v1__list_accounts_response__init)
            unsafe message.pointee.n_accounts = reply.accounts.count
            unsafe message.pointee.accounts = unsafe packer.array(
                reply.accounts.map { unsafe Optional(AccountCodec.encode($0, packer)) })
            unsafe message.pointee.next_cursor = unsafe packer.text(reply.nextCursor)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_LIST_ACCOUNTS
            unsafe frame.pointee.list_accounts = unsafe message
        case .importKeys(let reply):
            let message = unsafe packer.make(latchkey__v1__import_keys_response__init)
            unsafe message.pointee.n_results = reply.results.count
            unsafe message.pointee.results = unsafe packer.array(
                reply.results.map { result in
                    let item = unsafe packer.make(latchkey__v1__import_result__init)
                    unsafe item.pointee.key_id = unsafe packer.text(result.keyID)
                    unsafe item.pointee.reason = unsafe packer.text(result.reason.rawValue)
                    unsafe item.pointee.message = unsafe packer.text(result.message)
                    return unsafe Optional(item)
                })
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_IMPORT_KEYS
            unsafe frame.pointee.import_keys = unsafe message
        case .whoAmI(let reply):
            let message = unsafe packer.make(latchkey__v1__who_am_iresponse__init)
            unsafe message.pointee.caller = unsafe packer.text(reply.caller)
            unsafe message.pointee.peer = unsafe packer.text(reply.peer)
            unsafe message.pointee.key_id = unsafe packer.text(reply.keyID)
            unsafe message.pointee.name = unsafe packer.text(reply.name)
            unsafe message.pointee.n_grants = reply.grants.count
            unsafe message.pointee.grants = unsafe KeyCodec.encode(reply.grants, packer)
            unsafe message.pointee.expire_time = unsafe TimeCodec.encode(reply.expireTime, packer)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_WHO_AM_I
            unsafe frame.pointee.who_am_i = unsafe message
        case .health(let reply):
            let message = unsafe packer.make(latchkey__v1__health_response__init)
            unsafe message.pointee.serving = reply.serving ? 1 : 0
            unsafe message.pointee.revision = reply.revision
            unsafe message.pointee.keys = reply.keys
            unsafe message.pointee.version = unsafe packer.text(reply.version)
            unsafe message.pointee.start_time = unsafe TimeCodec.encode(reply.startTime, packer)
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_HEALTH
            unsafe frame.pointee.health = unsafe message
        case .snapshot(let reply):
            let message = unsafe packer.make(latchkey__v1__snapshot_response__init)
            unsafe message.pointee.revision = reply.revision
            unsafe message.pointee.size_bytes = reply.sizeBytes
            unsafe frame.pointee.result_case = LATCHKEY__V1__SERVER_FRAME__RESULT_SNAPSHOT
            unsafe frame.pointee.snapshot = unsafe message
        }
    }

    /// Overwrites the token in a reply that protobuf-c has unpacked, before it frees it.
    static func cleanseSecret(in frame: Latchkey__V1__ServerFrame) {
        let secret: UnsafeMutablePointer<CChar>?
        switch unsafe frame.result_case {
        case LATCHKEY__V1__SERVER_FRAME__RESULT_CREATE_KEY: unsafe secret = frame.create_key?.pointee.secret
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REKEY_KEY: unsafe secret = frame.rekey_key?.pointee.secret
        default: return
        }
        if let secret = unsafe secret { unsafe explicit_bzero(secret, strlen(secret)) }
    }

    /// `nil` for a reply that this version does not know, or one that a server may not send.
    static func decode(_ frame: Latchkey__V1__ServerFrame) -> Reply? {
        switch unsafe frame.result_case {
        case LATCHKEY__V1__SERVER_FRAME__RESULT_CREATE_KEY:
            guard let reply = unsafe frame.create_key?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return unsafe .createKey(.init(key: key, secret: RequestCodec.text(reply.secret), revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_GET_KEY:
            guard let reply = unsafe frame.get_key?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return .getKey(.init(key: key))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_KEY:
            guard let reply = unsafe frame.update_key?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return unsafe .updateKey(.init(key: key, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REKEY_KEY:
            guard let reply = unsafe frame.rekey_key?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return unsafe .rekeyKey(.init(key: key, secret: RequestCodec.text(reply.secret), revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_RETIRE_SECRETS:
            guard let reply = unsafe frame.retire_secrets?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return unsafe .retireSecrets(.init(key: key, retired: reply.retired, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_KEY:
            guard let reply = unsafe frame.revoke_key?.pointee, let key = unsafe KeyCodec.decode(reply.key) else {
                return nil
            }
            return unsafe .revokeKey(.init(key: key, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_LIST_KEYS:
            guard let reply = unsafe frame.list_keys?.pointee else { return nil }
            let keys = unsafe (0..<reply.n_keys).compactMap { unsafe KeyCodec.decode(reply.keys[$0]) }
            guard unsafe keys.count == reply.n_keys else { return nil }
            return unsafe .listKeys(
                .init(
                    total: reply.total, keys: keys, nextCursor: RequestCodec.text(reply.next_cursor),
                    previousCursor: RequestCodec.text(reply.previous_cursor)))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REVOKE_ALL_KEYS:
            guard let reply = unsafe frame.revoke_all_keys?.pointee else { return nil }
            return unsafe .revokeAllKeys(.init(revoked: reply.revoked, revision: reply.revision))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_LIST_ACCOUNTS:
            guard let reply = unsafe frame.list_accounts?.pointee else { return nil }
            return unsafe .listAccounts(
                .init(
                    accounts: (0..<reply.n_accounts).compactMap { unsafe AccountCodec.decode(reply.accounts[$0]) },
                    nextCursor: RequestCodec.text(reply.next_cursor)))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_IMPORT_KEYS:
            guard let reply = unsafe frame.import_keys?.pointee else { return nil }
            let results = unsafe (0..<reply.n_results).compactMap { index -> ImportResult? in
                guard let item = unsafe reply.results[index]?.pointee else { return nil }
                let reason = unsafe RequestCodec.text(item.reason)
                return unsafe ImportResult(
                    keyID: RequestCodec.text(item.key_id), reason: Reason(rawValue: reason),
                    message: RequestCodec.text(item.message))
            }
            return .importKeys(.init(results: results))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE:
            guard let reply = unsafe frame.validate?.pointee else { return nil }
            return unsafe .validate(ValidationCodec.decode(reply))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_VALIDATE_BATCH:
            guard let reply = unsafe frame.validate_batch?.pointee else { return nil }
            let responses = unsafe (0..<reply.n_responses).map { index in
                // A response that is not there is one without a verdict: a denial.
                unsafe reply.responses[index].map { unsafe ValidationCodec.decode($0.pointee) }
                    ?? ValidateResponse(verdict: nil)
            }
            return .validateBatch(ValidateBatchResponse(responses: responses))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_REPORT_OUTCOME:
            guard let reply = unsafe frame.report_outcome?.pointee else { return nil }
            return unsafe .reportOutcome(ReportOutcomeResponse(accepted: reply.accepted))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_STREAM_USAGE:
            guard let reply = unsafe frame.stream_usage?.pointee else { return nil }
            return unsafe .streamUsage((0..<reply.n_records).compactMap { unsafe UsageCodec.decode(reply.records[$0]) })
        case LATCHKEY__V1__SERVER_FRAME__RESULT_GET_ACCOUNT:
            return unsafe AccountCodec.decode(frame.get_account?.pointee.account).map {
                .getAccount(.init(account: $0))
            }
        case LATCHKEY__V1__SERVER_FRAME__RESULT_UPDATE_ACCOUNT:
            guard let reply = unsafe frame.update_account?.pointee else { return nil }
            return unsafe AccountCodec.decode(reply.account).map {
                unsafe .updateAccount(.init(account: $0, revision: reply.revision))
            }
        case LATCHKEY__V1__SERVER_FRAME__RESULT_WHO_AM_I:
            guard let reply = unsafe frame.who_am_i?.pointee else { return nil }
            return unsafe .whoAmI(
                .init(
                    caller: RequestCodec.text(reply.caller), peer: RequestCodec.text(reply.peer),
                    keyID: RequestCodec.text(reply.key_id), name: RequestCodec.text(reply.name),
                    grants: KeyCodec.grants(reply.grants, reply.n_grants),
                    expireTime: TimeCodec.time(reply.expire_time)))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_HEALTH:
            guard let reply = unsafe frame.health?.pointee else { return nil }
            return unsafe .health(
                .init(
                    serving: reply.serving != 0, revision: reply.revision, keys: reply.keys,
                    version: RequestCodec.text(reply.version),
                    startTime: TimeCodec.time(reply.start_time) ?? Timestamp(nanoseconds: 0)))
        case LATCHKEY__V1__SERVER_FRAME__RESULT_SNAPSHOT:
            guard let reply = unsafe frame.snapshot?.pointee else { return nil }
            return unsafe .snapshot(.init(revision: reply.revision, sizeBytes: reply.size_bytes))
        default:
            return nil
        }
    }
}
