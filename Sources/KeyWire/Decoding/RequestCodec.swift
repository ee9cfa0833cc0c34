// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// From protobuf-c's unpacked requests to the model's own. The bytes have been scanned; what they mean is checked here
/// only as far as the model's types need it, the rest by the requests themselves.
enum RequestCodec {
    static func decode(_ call: ClientCallField, _ message: UnsafeRawPointer, seen: UInt64) throws(Refusal) -> Call {
        switch call {
        case .createKey: return unsafe .createKey(try createKey(message))
        case .getKey:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__GetKeyRequest.self).pointee
            return unsafe .getKey(GetKeyRequest(keyID: text(request.key_id)))
        case .listKeys: return unsafe .listKeys(try listKeys(message))
        case .updateKey: return unsafe .updateKey(try updateKey(message, seen: seen))
        case .rekeyKey: return unsafe .rekeyKey(try rekeyKey(message))
        case .retireSecrets:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RetireSecretsRequest.self).pointee
            return unsafe .retireSecrets(
                RetireSecretsRequest(
                    keyID: text(request.key_id), expectedRevision: request.expected_revision,
                    requestID: bytes(request.request_id)))
        case .revokeKey:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RevokeKeyRequest.self).pointee
            return unsafe .revokeKey(
                RevokeKeyRequest(
                    keyID: text(request.key_id), expectedRevision: request.expected_revision,
                    requestID: bytes(request.request_id)))
        case .revokeAllKeys:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RevokeAllKeysRequest.self).pointee
            return unsafe .revokeAllKeys(
                RevokeAllKeysRequest(
                    accountID: text(request.account_id), expectedCount: request.expected_count,
                    requestID: bytes(request.request_id)))
        case .streamUsage: return unsafe .streamUsage(try streamUsage(message))
        case .getAccount:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__GetAccountRequest.self).pointee
            return unsafe .getAccount(GetAccountRequest(accountID: text(request.account_id)))
        case .updateAccount: return unsafe .updateAccount(try updateAccount(message, seen: seen))
        case .listAccounts:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ListAccountsRequest.self).pointee
            return unsafe .listAccounts(
                ListAccountsRequest(limit: request.limit, startingAfter: text(request.starting_after)))
        case .importKeys: return unsafe .importKeys(importKeys(message))
        case .whoAmI: return .whoAmI
        case .health: return .health
        case .snapshot: return .snapshot
        case .validate, .validateBatch, .reportOutcome, .cancel:
            throw Refusal(.internal, .callUnknown, "not decoded here")
        }
    }

    static func cancelTarget(_ message: UnsafeRawPointer) -> UInt64 {
        unsafe message.assumingMemoryBound(to: Latchkey__V1__CancelRequest.self).pointee.target_id
    }

    private static func createKey(_ message: UnsafeRawPointer) throws(Refusal) -> CreateKeyRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__CreateKeyRequest.self).pointee
        let expiry: Expiry?
        switch unsafe request.expiry_case {
        case LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME:
            expiry = unsafe .at(try time(request.expire_time, "expire_time"))
        case LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_LIFETIME:
            expiry = unsafe .lifetime(try span(request.lifetime, "lifetime"))
        case LATCHKEY__V1__CREATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES: expiry = unsafe try never(request.never_expires)
        default: expiry = nil
        }
        return unsafe CreateKeyRequest(
            accountID: text(request.account_id), userID: text(request.user_id), name: text(request.name),
            description: text(request.description), allowedIPs: texts(request.allowed_ips, request.n_allowed_ips),
            grants: KeyCodec.grants(request.grants, request.n_grants), unrestricted: request.unrestricted != 0,
            apiVersion: text(request.api_version), expiry: expiry,
            rateLimit: KeyCodec.rateLimit(request.rate_limit), requestID: bytes(request.request_id))
    }

    private static func updateKey(_ message: UnsafeRawPointer, seen: UInt64) throws(Refusal) -> UpdateKeyRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__UpdateKeyRequest.self).pointee
        let mask = try unsafe UpdateMask(
            request.update_mask, seen: seen,
            fields: [
                "name": 1 << 3, "description": 1 << 4, "user_id": 1 << 5, "enabled": 1 << 6, "allowed_ips": 1 << 7,
                "grants": 1 << 8, "unrestricted": 1 << 9, "api_version": 1 << 10,
                "expiry": 1 << 11 | 1 << 12 | 1 << 13, "rate_limit": 1 << 14,
            ])
        var update = unsafe UpdateKeyRequest(
            keyID: text(request.key_id), expectedRevision: request.expected_revision,
            requestID: bytes(request.request_id))
        if mask.contains("name") { update.name = unsafe text(request.name) }
        if mask.contains("description") { update.description = unsafe text(request.description) }
        if mask.contains("user_id") { update.userID = unsafe text(request.user_id) }
        if mask.contains("enabled") { update.enabled = unsafe request.enabled != 0 }
        if mask.contains("allowed_ips") { update.allowedIPs = unsafe texts(request.allowed_ips, request.n_allowed_ips) }
        if mask.contains("grants") { update.grants = unsafe KeyCodec.grants(request.grants, request.n_grants) }
        if mask.contains("unrestricted") { update.unrestricted = unsafe request.unrestricted != 0 }
        if mask.contains("api_version") { update.apiVersion = unsafe text(request.api_version) }
        if mask.contains("rate_limit") {
            update.rateLimit = unsafe KeyCodec.rateLimit(request.rate_limit).map { .set($0) } ?? .clear
        }
        if mask.contains("expiry") {
            switch unsafe request.expiry_case {
            case LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_EXPIRE_TIME:
                update.expiry = unsafe .at(try time(request.expire_time, "expire_time"))
            case LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_LIFETIME:
                update.expiry = unsafe .lifetime(try span(request.lifetime, "lifetime"))
            case LATCHKEY__V1__UPDATE_KEY_REQUEST__EXPIRY_NEVER_EXPIRES:
                update.expiry = unsafe try never(request.never_expires)
            default:
                throw .invalid([
                    FieldViolation("expiry", "update_mask names it; set expire_time, lifetime or never_expires")
                ])
            }
        }
        return update
    }

    private static func rekeyKey(_ message: UnsafeRawPointer) throws(Refusal) -> RekeyKeyRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RekeyKeyRequest.self).pointee
        let overlap = unsafe request.overlap == nil ? nil : try span(request.overlap, "overlap")
        return unsafe RekeyKeyRequest(
            keyID: text(request.key_id), overlap: overlap, expectedRevision: request.expected_revision,
            requestID: bytes(request.request_id))
    }

    private static func streamUsage(_ message: UnsafeRawPointer) throws(Refusal) -> StreamUsageRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__StreamUsageRequest.self).pointee
        let afterTime = unsafe request.after_time == nil ? nil : try time(request.after_time, "after_time")
        return unsafe StreamUsageRequest(
            history: request.history != 0, afterSequence: request.after_sequence, afterTime: afterTime,
            accountID: text(request.account_id), keyID: text(request.key_id), userID: text(request.user_id),
            verdicts: try verdicts(request.verdicts, request.n_verdicts), deniedOnly: request.denied_only != 0,
            supersededOnly: request.superseded_only != 0, noFollow: request.no_follow != 0, limit: request.limit,
            newestFirst: request.newest_first != 0)
    }

    /// Each once. One that this version does not know would pass nothing, so it is refused.
    private static func verdicts(
        _ values: UnsafeMutablePointer<Latchkey__V1__Verdict>?, _ count: Int
    ) throws(Refusal) -> [Verdict] {
        var found: [Verdict] = []
        for index in 0..<count {
            guard let value = unsafe values?[index], let verdict = Verdict(rawValue: value.rawValue) else {
                throw .invalid([FieldViolation("verdicts", "must be verdicts that this version knows")])
            }
            if !found.contains(verdict) { found.append(verdict) }
        }
        return found
    }

    private static func updateAccount(_ message: UnsafeRawPointer, seen: UInt64) throws(Refusal)
        -> UpdateAccountRequest
    {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__UpdateAccountRequest.self).pointee
        let mask = try unsafe UpdateMask(
            request.update_mask, seen: seen,
            fields: [
                "max_active_keys": 1 << 3, "default_lifetime": 1 << 4, "token_prefix": 1 << 5,
                "require_public_ips": 1 << 6, "api_version_downgrade_window": 1 << 7, "default_overlap": 1 << 8,
            ])
        var update = unsafe UpdateAccountRequest(
            accountID: text(request.account_id), expectedRevision: request.expected_revision,
            requestID: bytes(request.request_id))
        if mask.contains("max_active_keys") { update.maxActiveKeys = unsafe request.max_active_keys }
        if mask.contains("default_lifetime") {
            update.defaultLifetime = try unsafe span(
                request.default_lifetime, "default_lifetime", unset: Limits.defaultLifetime)
        }
        if mask.contains("token_prefix") {
            let prefix = unsafe text(request.token_prefix)
            update.tokenPrefix = prefix.isEmpty ? Limits.defaultTokenPrefix : prefix
        }
        if mask.contains("require_public_ips") { update.requirePublicIPs = unsafe request.require_public_ips != 0 }
        if mask.contains("api_version_downgrade_window") {
            update.downgradeWindow = try unsafe span(
                request.api_version_downgrade_window, "api_version_downgrade_window",
                unset: Limits.defaultDowngradeWindow)
        }
        if mask.contains("default_overlap") {
            update.defaultOverlap = try unsafe span(
                request.default_overlap, "default_overlap", unset: Limits.defaultOverlap)
        }
        return update
    }

    private static func listKeys(_ message: UnsafeRawPointer) throws(Refusal) -> ListKeysRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ListKeysRequest.self).pointee
        let number = unsafe request.filter.rawValue
        guard let filter = number == 0 ? .active : KeyFilter(rawValue: number) else {
            throw .invalid([FieldViolation("filter", "must be a KeyFilter that the .proto names")])
        }
        return unsafe ListKeysRequest(
            accountID: text(request.account_id), filter: filter, limit: request.limit,
            startingAfter: text(request.starting_after), endingBefore: text(request.ending_before),
            offset: request.offset)
    }

    private static func importKeys(_ message: UnsafeRawPointer) -> ImportKeysRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ImportKeysRequest.self).pointee
        let keys = unsafe (0..<request.n_keys).compactMap { index -> ImportedKey? in
            guard let key = unsafe request.keys[index]?.pointee else { return nil }
            return unsafe ImportedKey(
                tokenSHA256: bytes(key.token_sha256), hint: text(key.hint), accountID: text(key.account_id),
                userID: text(key.user_id), name: text(key.name), description: text(key.description),
                allowedIPs: texts(key.allowed_ips, key.n_allowed_ips),
                grants: KeyCodec.grants(key.grants, key.n_grants), unrestricted: key.unrestricted != 0,
                apiVersion: text(key.api_version), expireTime: TimeCodec.time(key.expire_time),
                revokeTime: TimeCodec.time(key.revoke_time), createTime: TimeCodec.time(key.create_time),
                rateLimit: KeyCodec.rateLimit(key.rate_limit))
        }
        return unsafe ImportKeysRequest(keys: keys, dryRun: request.dry_run != 0)
    }

    // MARK: Pieces

    static func text(_ text: UnsafeMutablePointer<CChar>?) -> String {
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }

    static func texts(_ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
        (0..<count).map { unsafe text(texts?[$0]) }
    }

    static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: data.data, count: data.len))
    }

    private static func span(
        _ value: UnsafeMutablePointer<Google__Protobuf__Duration>?, _ field: String, unset: TimeSpan
    ) throws(Refusal) -> TimeSpan {
        if unsafe value == nil { return unset }
        return try unsafe span(value, field)
    }

    static func time(_ value: UnsafeMutablePointer<Google__Protobuf__Timestamp>?, _ field: String) throws(Refusal)
        -> Timestamp
    {
        guard let value = unsafe value,
            let time = unsafe Timestamp(seconds: value.pointee.seconds, nanos: value.pointee.nanos)
        else {
            throw .invalid([FieldViolation(field, "must lie between 1970 and 2200, with nanos 0 to 999999999")])
        }
        return time
    }

    static func span(_ value: UnsafeMutablePointer<Google__Protobuf__Duration>?, _ field: String) throws(Refusal)
        -> TimeSpan
    {
        let wrong = FieldViolation(field, "must be a Duration of at most 100 years, seconds and nanos of one sign")
        guard let duration = unsafe value?.pointee, unsafe (-999_999_999...999_999_999).contains(duration.nanos),
            unsafe duration.nanos == 0 || duration.seconds == 0 || (duration.nanos < 0) == (duration.seconds < 0)
        else { throw .invalid([wrong]) }
        let (whole, tooLong) = unsafe duration.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = unsafe whole.addingReportingOverflow(Int64(duration.nanos))
        guard !tooLong, !overflow else { throw .invalid([wrong]) }
        return TimeSpan(nanoseconds: sum)
    }

    private static func never(_ value: protobuf_c_boolean) throws(Refusal) -> Expiry {
        if value != 0 { return .never }
        throw .invalid([FieldViolation("never_expires", "must be true if it is set")])
    }
}

/// The fields that an update is to set, by name.
private struct UpdateMask {
    private var paths: Set<String> = []

    /// - Parameter fields: The paths that may be named, with the bits of the request's fields behind each.
    init(
        _ mask: UnsafeMutablePointer<Google__Protobuf__FieldMask>?, seen: UInt64, fields: [String: UInt64]
    ) throws(Refusal) {
        let count = unsafe Int(mask?.pointee.n_paths ?? 0)
        for index in 0..<count {
            unsafe paths.insert(RequestCodec.text(mask?.pointee.paths[index]))
        }
        let known = fields.keys.sorted().joined(separator: ", ")
        if paths.isEmpty { throw .invalid([FieldViolation("update_mask", "required; name some of \(known)")]) }
        // What is refused is told only so far: the reply must fit a frame, and a person must read it.
        var violations = paths.subtracting(fields.keys).sorted().prefix(Limits.unknownPathsNamed).map {
            FieldViolation(
                "update_mask", "\(Self.quoted($0)) is not a field that can be changed; name some of \(known)")
        }
        for (path, bits) in fields.sorted(by: { $0.key < $1.key }) where seen & bits != 0 && !paths.contains(path) {
            violations.append(FieldViolation(path, "is set but not named in update_mask; name it or leave it unset"))
        }
        if !violations.isEmpty { throw .invalid(violations) }
    }

    func contains(_ path: String) -> Bool { paths.contains(path) }

    /// R3: what is longer than any field's name may be a token that was put there by mistake.
    private static func quoted(_ path: String) -> String {
        path.utf8.count <= 32 ? "\"\(path)\"" : "a path of \(path.utf8.count) bytes"
    }
}
