// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// A key's record as shown, both ways.
enum KeyCodec {
    static func encode(_ key: Key, _ packer: Packer) -> UnsafeMutablePointer<Latchkey__V1__Key> {
        let message = packer.make(latchkey__v1__key__init)
        message.pointee.id = packer.text(key.id.description)
        message.pointee.account_id = packer.text(key.accountID)
        message.pointee.user_id = packer.text(key.userID)
        message.pointee.name = packer.text(key.name)
        message.pointee.description = packer.text(key.description)
        message.pointee.hint = packer.text(key.hint)
        message.pointee.status = Latchkey__V1__KeyStatus(rawValue: key.status.rawValue)
        message.pointee.enabled = key.standing.enabled ? 1 : 0
        message.pointee.unrestricted = key.unrestricted ? 1 : 0
        message.pointee.create_time = TimeCodec.encode(key.createTime, packer)
        message.pointee.update_time = TimeCodec.encode(key.updateTime, packer)
        message.pointee.expire_time = TimeCodec.encode(key.standing.expireTime, packer)
        message.pointee.revoke_time = TimeCodec.encode(key.standing.revokeTime, packer)
        message.pointee.last_use_time = TimeCodec.encode(key.lastUseTime, packer)
        message.pointee.use_count = key.useCount
        message.pointee.revision = key.revision
        message.pointee.n_secrets = key.secrets.count
        message.pointee.secrets = packer.array(
            key.secrets.map { secret in
                let generation = packer.make(latchkey__v1__secret_generation__init)
                generation.pointee.generation = secret.generation
                generation.pointee.create_time = TimeCodec.encode(secret.createTime, packer)
                generation.pointee.deadline = TimeCodec.encode(secret.deadline, packer)
                return Optional(generation)
            })
        return message
    }

    /// `nil` when the record is not one that a server may send.
    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Key>?) -> Key? {
        guard let key = message?.pointee, let id = KeyID(RequestCodec.text(key.id)),
            let status = KeyStatus(rawValue: key.status.rawValue)
        else { return nil }
        let secrets = (0..<key.n_secrets).compactMap { index -> SecretGeneration? in
            guard let secret = key.secrets[index]?.pointee else { return nil }
            return SecretGeneration(
                generation: secret.generation, createTime: TimeCodec.time(secret.create_time) ?? .init(nanoseconds: 0),
                deadline: TimeCodec.time(secret.deadline))
        }
        return Key(
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
        let message = packer.make(latchkey__v1__account__init)
        message.pointee.id = packer.text(account.settings.id)
        message.pointee.max_active_keys = account.settings.maxActiveKeys
        message.pointee.active_keys = account.activeKeys
        message.pointee.total_keys = account.totalKeys
        message.pointee.default_lifetime = TimeCodec.encode(Limits.defaultLifetime, packer)
        message.pointee.token_prefix = packer.text(account.settings.tokenPrefix)
        message.pointee.api_version_downgrade_window = TimeCodec.encode(Limits.defaultDowngradeWindow, packer)
        message.pointee.default_overlap = TimeCodec.encode(Limits.defaultOverlap, packer)
        message.pointee.create_time = TimeCodec.encode(account.settings.createTime, packer)
        message.pointee.update_time = TimeCodec.encode(account.settings.updateTime, packer)
        message.pointee.revision = account.settings.revision
        return message
    }

    static func decode(_ message: UnsafeMutablePointer<Latchkey__V1__Account>?) -> Account? {
        guard let account = message?.pointee else { return nil }
        return Account(
            settings: AccountSettings(
                id: RequestCodec.text(account.id), maxActiveKeys: account.max_active_keys,
                createTime: TimeCodec.time(account.create_time) ?? .init(nanoseconds: 0),
                updateTime: TimeCodec.time(account.update_time) ?? .init(nanoseconds: 0), revision: account.revision),
            activeKeys: account.active_keys, totalKeys: account.total_keys)
    }
}
