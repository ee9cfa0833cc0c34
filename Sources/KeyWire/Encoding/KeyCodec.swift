// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// A key's record as shown, both ways.
enum KeyCodec {
    static func encode(_ key: Key, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__Key> {
        let message = unsafe packer.make(latchkey__v1__key__init)
        unsafe message.pointee.id = unsafe packer.text(key.id.description)
        unsafe message.pointee.account_id = unsafe packer.text(key.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(key.userID)
        unsafe message.pointee.name = unsafe packer.text(key.name)
        unsafe message.pointee.description = unsafe packer.text(key.description)
        unsafe message.pointee.hint = unsafe packer.text(key.hint)
        unsafe message.pointee.status = Latchkey__V1__KeyStatus(rawValue: key.status.rawValue)
        unsafe message.pointee.enabled = key.standing.enabled ? 1 : 0
        unsafe message.pointee.unrestricted = key.unrestricted ? 1 : 0
        unsafe message.pointee.create_time = unsafe TimeCodec.encode(key.createTime, packer)
        unsafe message.pointee.update_time = unsafe TimeCodec.encode(key.updateTime, packer)
        unsafe message.pointee.expire_time = unsafe TimeCodec.encode(key.standing.expireTime, packer)
        unsafe message.pointee.revoke_time = unsafe TimeCodec.encode(key.standing.revokeTime, packer)
        unsafe message.pointee.last_use_time = unsafe TimeCodec.encode(key.lastUseTime, packer)
        unsafe message.pointee.n_allowed_ips = key.allowedIPs.count
        unsafe message.pointee.allowed_ips = unsafe packer.texts(key.allowedIPs)
        unsafe message.pointee.n_grants = key.grants.count
        unsafe message.pointee.grants = unsafe encode(key.grants, packer)
        unsafe message.pointee.rate_limit = unsafe encode(key.rateLimit, packer)
        if let pin = key.versionPin {
            unsafe message.pointee.api_version = unsafe packer.text(pin.version.description)
            unsafe message.pointee.api_version_change_time = unsafe TimeCodec.encode(pin.changeTime, packer)
            unsafe message.pointee.api_version_downgrade_deadline = unsafe TimeCodec.encode(
                pin.downgradeDeadline, packer)
        }
        unsafe message.pointee.use_count = key.useCount
        unsafe message.pointee.revision = key.revision
        unsafe message.pointee.n_secrets = key.secrets.count
        unsafe message.pointee.secrets = unsafe packer.array(
            key.secrets.map { secret in
                let generation = unsafe packer.make(latchkey__v1__secret_generation__init)
                unsafe generation.pointee.generation = secret.generation
                unsafe generation.pointee.create_time = unsafe TimeCodec.encode(secret.createTime, packer)
                unsafe generation.pointee.deadline = unsafe TimeCodec.encode(secret.deadline, packer)
                return unsafe Optional(generation)
            })
        return unsafe message
    }

    /// `nil` when the record is not one that a server may send.
    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Key>?) -> Key? {
        guard let key = unsafe message?.pointee, let id = unsafe KeyID(RequestCodec.text(key.id)),
            let status = unsafe KeyStatus(rawValue: key.status.rawValue)
        else { return nil }
        let secrets = unsafe (0..<key.n_secrets).compactMap { index -> SecretGeneration? in
            guard let secret = unsafe key.secrets[index]?.pointee else { return nil }
            return unsafe SecretGeneration(
                generation: secret.generation, createTime: TimeCodec.time(secret.create_time) ?? .init(nanoseconds: 0),
                deadline: TimeCodec.time(secret.deadline))
        }
        return unsafe Key(
            id: id, accountID: RequestCodec.text(key.account_id), userID: RequestCodec.text(key.user_id),
            name: RequestCodec.text(key.name), description: RequestCodec.text(key.description),
            hint: RequestCodec.text(key.hint), status: status,
            standing: KeyStanding(
                enabled: key.enabled != 0, expireTime: TimeCodec.time(key.expire_time),
                revokeTime: TimeCodec.time(key.revoke_time)),
            allowedIPs: RequestCodec.texts(key.allowed_ips, key.n_allowed_ips),
            grants: grants(key.grants, key.n_grants), unrestricted: key.unrestricted != 0,
            rateLimit: rateLimit(key.rate_limit), versionPin: versionPin(key),
            createTime: TimeCodec.time(key.create_time) ?? .init(nanoseconds: 0),
            updateTime: TimeCodec.time(key.update_time) ?? .init(nanoseconds: 0),
            lastUseTime: TimeCodec.time(key.last_use_time), useCount: key.use_count, secrets: secrets,
            revision: key.revision)
    }

    // MARK: Grants and limits

    static func encode(
        _ grants: [Grant], _ packer: Packer
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Latchkey__V1__Grant>?> {
        unsafe packer.array(
            grants.map { grant in
                let message = unsafe packer.make(latchkey__v1__grant__init)
                let actions = grant.actions.actions
                unsafe message.pointee.resource = unsafe packer.text(grant.resource)
                unsafe message.pointee.n_actions = actions.count
                unsafe message.pointee.actions = unsafe packer.array(
                    actions.map { Latchkey__V1__Action(rawValue: $0.rawValue) })
                unsafe message.pointee.n_fields = grant.fields.count
                unsafe message.pointee.fields = unsafe packer.texts(grant.fields)
                return unsafe Optional(message)
            })
    }

    /// An action that the contract does not name becomes one that no rule lets through.
    static func grants(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<Latchkey__V1__Grant>?>?, _ count: Int
    ) -> [Grant] {
        (0..<count).compactMap { index -> Grant? in
            guard let grant = unsafe messages?[index]?.pointee else { return nil }
            let actions = unsafe (0..<grant.n_actions).reduce(into: ActionSet()) { set, index in
                set.formUnion(
                    unsafe Action(rawValue: grant.actions[index].rawValue).map { ActionSet([$0]) } ?? .unknown)
            }
            return unsafe Grant(
                resource: RequestCodec.text(grant.resource), actions: actions,
                fields: RequestCodec.texts(grant.fields, grant.n_fields))
        }
    }

    static func encode(_ limit: RateLimit?, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__RateLimit>? {
        guard let limit else { return nil }
        let message = unsafe packer.make(latchkey__v1__rate_limit__init)
        unsafe message.pointee.requests = limit.requests
        unsafe message.pointee.per_seconds = limit.perSeconds
        unsafe message.pointee.burst = limit.burst
        return unsafe message
    }

    static func rateLimit(_ message: UnsafeMutablePointer<Latchkey__V1__RateLimit>?) -> RateLimit? {
        guard let limit = unsafe message?.pointee else { return nil }
        return unsafe RateLimit(requests: limit.requests, perSeconds: limit.per_seconds, burst: limit.burst)
    }

    private static func versionPin(_ key: Latchkey__V1__Key) -> VersionPin? {
        guard let version = unsafe CalendarDate(RequestCodec.text(key.api_version)) else { return nil }
        return unsafe VersionPin(
            version: version, changeTime: TimeCodec.time(key.api_version_change_time) ?? .init(nanoseconds: 0),
            downgradeDeadline: TimeCodec.time(key.api_version_downgrade_deadline))
    }
}

/// An account as shown, both ways.
enum AccountCodec {
    static func encode(_ account: Account, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__Account> {
        let message = unsafe packer.make(latchkey__v1__account__init)
        unsafe message.pointee.id = unsafe packer.text(account.settings.id)
        unsafe message.pointee.max_active_keys = account.settings.maxActiveKeys
        unsafe message.pointee.active_keys = account.activeKeys
        unsafe message.pointee.total_keys = account.totalKeys
        let settings = account.settings
        unsafe message.pointee.default_lifetime = unsafe TimeCodec.encode(settings.defaultLifetime, packer)
        unsafe message.pointee.token_prefix = unsafe packer.text(settings.tokenPrefix)
        unsafe message.pointee.require_public_ips = settings.requirePublicIPs ? 1 : 0
        unsafe message.pointee.api_version_downgrade_window = unsafe TimeCodec.encode(settings.downgradeWindow, packer)
        unsafe message.pointee.default_overlap = unsafe TimeCodec.encode(settings.defaultOverlap, packer)
        unsafe message.pointee.create_time = unsafe TimeCodec.encode(account.settings.createTime, packer)
        unsafe message.pointee.update_time = unsafe TimeCodec.encode(account.settings.updateTime, packer)
        unsafe message.pointee.revision = account.settings.revision
        return unsafe message
    }

    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Account>?) -> Account? {
        guard let account = unsafe message?.pointee else { return nil }
        var settings = unsafe AccountSettings(
            id: RequestCodec.text(account.id), createTime: TimeCodec.time(account.create_time) ?? .init(nanoseconds: 0))
        settings.maxActiveKeys = unsafe account.max_active_keys
        settings.defaultLifetime = unsafe TimeCodec.span(account.default_lifetime) ?? Limits.defaultLifetime
        settings.tokenPrefix = unsafe RequestCodec.text(account.token_prefix)
        settings.requirePublicIPs = unsafe account.require_public_ips != 0
        settings.downgradeWindow =
            unsafe TimeCodec.span(account.api_version_downgrade_window) ?? Limits.defaultDowngradeWindow
        settings.defaultOverlap = unsafe TimeCodec.span(account.default_overlap) ?? Limits.defaultOverlap
        settings.updateTime = unsafe TimeCodec.time(account.update_time) ?? .init(nanoseconds: 0)
        settings.revision = unsafe account.revision
        return unsafe Account(settings: settings, activeKeys: account.active_keys, totalKeys: account.total_keys)
    }
}
