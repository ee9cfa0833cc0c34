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
        case .updateKey: return unsafe .updateKey(try updateKey(message, seen: seen))
        case .rekeyKey: return unsafe .rekeyKey(try rekeyKey(message))
        case .retireSecrets:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RetireSecretsRequest.self).pointee
            return unsafe .retireSecrets(RetireSecretsRequest(keyID: text(request.key_id)))
        case .revokeKey:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__RevokeKeyRequest.self).pointee
            return unsafe .revokeKey(RevokeKeyRequest(keyID: text(request.key_id)))
        case .streamUsage: return unsafe .streamUsage(streamUsage(message))
        case .getAccount:
            let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__GetAccountRequest.self).pointee
            return unsafe .getAccount(GetAccountRequest(accountID: text(request.account_id)))
        case .updateAccount: return unsafe .updateAccount(try updateAccount(message, seen: seen))
        case .whoAmI: return .whoAmI
        case .health: return .health
        case .snapshot: return .snapshot
        case .validate, .validateBatch, .cancel:
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
            description: text(request.description), unrestricted: request.unrestricted != 0, expiry: expiry)
    }

    private static func updateKey(_ message: UnsafeRawPointer, seen: UInt64) throws(Refusal) -> UpdateKeyRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__UpdateKeyRequest.self).pointee
        let mask = try unsafe UpdateMask(
            request.update_mask, seen: seen,
            fields: ["name": 1 << 3, "description": 1 << 4, "enabled": 1 << 6, "expiry": 1 << 11 | 1 << 12 | 1 << 13],
            later: ["user_id", "allowed_ips", "grants", "unrestricted", "api_version", "rate_limit"])
        var update = unsafe UpdateKeyRequest(keyID: text(request.key_id))
        if mask.contains("name") { update.name = unsafe text(request.name) }
        if mask.contains("description") { update.description = unsafe text(request.description) }
        if mask.contains("enabled") { update.enabled = unsafe request.enabled != 0 }
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
        return unsafe RekeyKeyRequest(keyID: text(request.key_id), overlap: overlap)
    }

    private static func streamUsage(_ message: UnsafeRawPointer) -> StreamUsageRequest {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__StreamUsageRequest.self).pointee
        return unsafe StreamUsageRequest(
            history: request.history != 0, accountID: text(request.account_id), keyID: text(request.key_id),
            userID: text(request.user_id), deniedOnly: request.denied_only != 0,
            supersededOnly: request.superseded_only != 0, noFollow: request.no_follow != 0, limit: request.limit)
    }

    private static func updateAccount(_ message: UnsafeRawPointer, seen: UInt64) throws(Refusal)
        -> UpdateAccountRequest
    {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__UpdateAccountRequest.self).pointee
        let mask = try unsafe UpdateMask(
            request.update_mask, seen: seen, fields: ["max_active_keys": 1 << 3],
            later: [
                "default_lifetime", "token_prefix", "require_public_ips", "api_version_downgrade_window",
                "default_overlap",
            ])
        return unsafe UpdateAccountRequest(
            accountID: text(request.account_id),
            maxActiveKeys: mask.contains("max_active_keys") ? request.max_active_keys : nil)
    }

    // MARK: Pieces

    static func text(_ text: UnsafeMutablePointer<CChar>?) -> String {
        unsafe text.map { unsafe String(cString: $0) } ?? ""
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

    /// - Parameters:
    ///   - fields: The paths that may be named, with the bits of the request's fields behind each.
    ///   - later: Paths that a later version honours.
    init(
        _ mask: UnsafeMutablePointer<Google__Protobuf__FieldMask>?, seen: UInt64, fields: [String: UInt64],
        later: [String]
    ) throws(Refusal) {
        let count = unsafe Int(mask?.pointee.n_paths ?? 0)
        for index in 0..<count {
            unsafe paths.insert(RequestCodec.text(mask?.pointee.paths[index]))
        }
        let known = fields.keys.sorted().joined(separator: ", ")
        if paths.isEmpty { throw .invalid([FieldViolation("update_mask", "required; name some of \(known)")]) }
        let waiting = paths.intersection(later).sorted()
        if !waiting.isEmpty { throw .unimplemented(fields: waiting, in: "update_mask") }
        // What is refused is told only so far: the reply must fit a frame, and a person must read it.
        var violations = paths.subtracting(fields.keys).sorted().prefix(Limits.unknownPathsNamed).map {
            FieldViolation(
                "update_mask", "\"\($0.prefix(64))\" is not a field that can be changed; name some of \(known)")
        }
        for (path, bits) in fields.sorted(by: { $0.key < $1.key }) where seen & bits != 0 && !paths.contains(path) {
            violations.append(FieldViolation(path, "is set but not named in update_mask; name it or leave it unset"))
        }
        if !violations.isEmpty { throw .invalid(violations) }
    }

    func contains(_ path: String) -> Bool { paths.contains(path) }
}
