// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// What a restricted key has, in a `KeyState`.
enum RuleStorage {
    static func encode(
        _ rules: KeyRules, into message: UnsafeMutablePointer<Latchkey__Storage__V1__KeyState>, _ packer: Packer
    ) {
        unsafe message.pointee.n_allowed_ips = rules.allowedIPs.count
        unsafe message.pointee.allowed_ips = unsafe packer.texts(rules.allowedIPs.map(\.description))
        unsafe message.pointee.n_grants = rules.grants.count
        unsafe message.pointee.grants = unsafe packer.array(
            rules.grants.map { grant in
                let state = unsafe packer.make(latchkey__storage__v1__grant_state__init)
                unsafe state.pointee.resource = unsafe packer.text(grant.resource)
                unsafe state.pointee.actions = UInt32(grant.actions.rawValue)
                unsafe state.pointee.n_fields = grant.fields.count
                unsafe state.pointee.fields = unsafe packer.texts(grant.fields)
                return unsafe Optional(state)
            })
        if let limit = rules.rateLimit {
            let state = unsafe packer.make(latchkey__storage__v1__rate_limit_state__init)
            unsafe state.pointee.requests = limit.requests
            unsafe state.pointee.per_seconds = limit.perSeconds
            unsafe state.pointee.burst = limit.burst
            unsafe message.pointee.rate_limit = unsafe state
        }
        if let pin = rules.versionPin {
            unsafe message.pointee.api_version = pin.version.number
            unsafe message.pointee.api_version_change_time_ns = pin.changeTime.nanoseconds
            if let deadline = pin.downgradeDeadline {
                unsafe message.pointee.downgrade_case =
                    LATCHKEY__STORAGE__V1__KEY_STATE__DOWNGRADE_API_VERSION_DOWNGRADE_DEADLINE_NS
                unsafe message.pointee.api_version_downgrade_deadline_ns = deadline.nanoseconds
            }
        }
    }

    /// Throws when a restriction cannot be read: a key is never looser than it was written.
    static func rules(_ state: Latchkey__Storage__V1__KeyState) throws(WireError) -> KeyRules? {
        var blocks: [IPBlock] = []
        for index in unsafe 0..<state.n_allowed_ips {
            let text = unsafe RequestCodec.text(state.allowed_ips[index])
            guard let block = try? IPBlock(parsing: text) else {
                throw WireError(description: "an address in the KeyState is none")
            }
            blocks.append(block)
        }
        var grants: [Grant] = []
        for index in unsafe 0..<state.n_grants {
            guard let grant = unsafe state.grants[index]?.pointee, unsafe grant.actions <= UInt8.max else {
                throw WireError(description: "a grant in the KeyState has actions that there are not")
            }
            unsafe grants.append(
                Grant(
                    resource: RequestCodec.text(grant.resource), actions: ActionSet(rawValue: UInt8(grant.actions)),
                    fields: RequestCodec.texts(grant.fields, grant.n_fields)))
        }
        var limit: RateLimit?
        if let state = unsafe state.rate_limit?.pointee {
            limit = unsafe RateLimit(requests: state.requests, perSeconds: state.per_seconds, burst: state.burst)
        }
        let pin = try unsafe versionPin(state)
        if blocks.isEmpty, grants.isEmpty, limit == nil, pin == nil { return nil }
        return KeyRules(allowedIPs: blocks, grants: grants, rateLimit: limit, versionPin: pin)
    }

    private static func versionPin(_ state: Latchkey__Storage__V1__KeyState) throws(WireError) -> VersionPin? {
        if unsafe state.api_version == 0 { return nil }
        guard let version = unsafe CalendarDate(number: state.api_version) else {
            throw WireError(description: "the API version in the KeyState is no date")
        }
        let hasDeadline =
            unsafe state.downgrade_case
            == LATCHKEY__STORAGE__V1__KEY_STATE__DOWNGRADE_API_VERSION_DOWNGRADE_DEADLINE_NS
        return unsafe VersionPin(
            version: version, changeTime: Timestamp(nanoseconds: state.api_version_change_time_ns),
            downgradeDeadline: hasDeadline ? Timestamp(nanoseconds: state.api_version_downgrade_deadline_ns) : nil)
    }
}
