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
            unrestricted: key.unrestricted != 0,
            createTime: TimeCodec.time(key.create_time) ?? .init(nanoseconds: 0),
            updateTime: TimeCodec.time(key.update_time) ?? .init(nanoseconds: 0),
            lastUseTime: TimeCodec.time(key.last_use_time), useCount: key.use_count, secrets: secrets,
            revision: key.revision)
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
        unsafe message.pointee.default_lifetime = unsafe TimeCodec.encode(Limits.defaultLifetime, packer)
        unsafe message.pointee.token_prefix = unsafe packer.text(account.settings.tokenPrefix)
        unsafe message.pointee.api_version_downgrade_window = unsafe TimeCodec.encode(
            Limits.defaultDowngradeWindow, packer)
        unsafe message.pointee.default_overlap = unsafe TimeCodec.encode(Limits.defaultOverlap, packer)
        unsafe message.pointee.create_time = unsafe TimeCodec.encode(account.settings.createTime, packer)
        unsafe message.pointee.update_time = unsafe TimeCodec.encode(account.settings.updateTime, packer)
        unsafe message.pointee.revision = account.settings.revision
        return unsafe message
    }

    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Account>?) -> Account? {
        guard let account = unsafe message?.pointee else { return nil }
        return unsafe Account(
            settings: AccountSettings(
                id: RequestCodec.text(account.id), maxActiveKeys: account.max_active_keys,
                createTime: TimeCodec.time(account.create_time) ?? .init(nanoseconds: 0),
                updateTime: TimeCodec.time(account.update_time) ?? .init(nanoseconds: 0), revision: account.revision),
            activeKeys: account.active_keys, totalKeys: account.total_keys)
    }
}
