// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel
internal import NIOCore

/// The bodies of journal records: whole keys and whole accounts (proto/latchkey/storage/v1).
package enum StorageCodec {
    package static func encode(_ key: StoredKey) -> [UInt8] {
        let packer = Packer()
        let message = packer.make(latchkey__storage__v1__key_state__init)
        message.pointee.id = packer.text(key.id.description)
        message.pointee.account_id = packer.text(key.accountID)
        message.pointee.user_id = packer.text(key.userID)
        message.pointee.name = packer.text(key.name)
        message.pointee.description = packer.text(key.description)
        message.pointee.hint = packer.text(key.hint)
        message.pointee.enabled = key.standing.enabled ? 1 : 0
        message.pointee.unrestricted = key.unrestricted ? 1 : 0
        message.pointee.create_time_ns = key.createTime.nanoseconds
        message.pointee.update_time_ns = key.updateTime.nanoseconds
        message.pointee.expire_time_ns = key.standing.expireTime?.nanoseconds ?? 0
        message.pointee.revoke_time_ns = key.standing.revokeTime?.nanoseconds ?? 0
        let current = secret(key.current, deadline: nil, packer)
        let secrets = [current] + key.old.map { secret($0.secret, deadline: $0.deadline, packer) }
        message.pointee.n_secrets = secrets.count
        message.pointee.secrets = packer.array(secrets.map(Optional.init))
        return packed(message)
    }

    private static func secret(
        _ secret: StoredSecret, deadline: Timestamp?, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__Storage__V1__SecretState> {
        let message = packer.make(latchkey__storage__v1__secret_state__init)
        message.pointee.generation = secret.generation
        message.pointee.digest = packer.bytes(secret.digest.bytes)
        message.pointee.store_key_version = secret.storeKeyVersion
        message.pointee.create_time_ns = secret.createTime.nanoseconds
        message.pointee.deadline_ns = deadline?.nanoseconds ?? 0
        return message
    }

    package static func encode(_ account: AccountSettings) -> [UInt8] {
        let packer = Packer()
        let message = packer.make(latchkey__storage__v1__account_state__init)
        message.pointee.id = packer.text(account.id)
        message.pointee.max_active_keys = account.maxActiveKeys
        message.pointee.create_time_ns = account.createTime.nanoseconds
        message.pointee.update_time_ns = account.updateTime.nanoseconds
        return packed(message)
    }

    /// The key as of `revision`, the sequence of the record that `body` came in.
    package static func key(_ body: UnsafeRawBufferPointer, revision: UInt64) throws(WireError) -> StoredKey {
        guard
            let message = latchkey__storage__v1__key_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a KeyState") }
        defer { latchkey__storage__v1__key_state__free_unpacked(message, nil) }
        let state = message.pointee
        let secrets = try (0..<state.n_secrets).map { index throws(WireError) in
            try secret(state.secrets[index])
        }
        guard let id = KeyID(RequestCodec.text(state.id)), let current = secrets.first else {
            throw WireError(description: "the KeyState has no id or no secret")
        }
        return StoredKey(
            id: id, accountID: RequestCodec.text(state.account_id), userID: RequestCodec.text(state.user_id),
            name: RequestCodec.text(state.name), description: RequestCodec.text(state.description),
            hint: RequestCodec.text(state.hint), unrestricted: state.unrestricted != 0,
            standing: KeyStanding(
                enabled: state.enabled != 0, expireTime: time(state.expire_time_ns),
                revokeTime: time(state.revoke_time_ns)),
            createTime: Timestamp(nanoseconds: state.create_time_ns),
            updateTime: Timestamp(nanoseconds: state.update_time_ns), current: current.secret,
            old: Array(secrets.dropFirst()), revision: revision)
    }

    private static func secret(
        _ message: UnsafeMutablePointer<Latchkey__Storage__V1__SecretState>?
    ) throws(WireError) -> OldSecret {
        guard let state = message?.pointee,
            let digest = Digest(bytes: UnsafeBufferPointer(start: state.digest.data, count: state.digest.len))
        else { throw WireError(description: "a digest in the KeyState has not 32 bytes") }
        return OldSecret(
            secret: StoredSecret(
                generation: state.generation, digest: digest, storeKeyVersion: state.store_key_version,
                createTime: Timestamp(nanoseconds: state.create_time_ns)),
            deadline: Timestamp(nanoseconds: state.deadline_ns))
    }

    /// The settings as of `revision`, likewise.
    package static func account(_ body: UnsafeRawBufferPointer, revision: UInt64) throws(WireError) -> AccountSettings {
        guard
            let message = latchkey__storage__v1__account_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not an AccountState") }
        defer { latchkey__storage__v1__account_state__free_unpacked(message, nil) }
        let state = message.pointee
        return AccountSettings(
            id: RequestCodec.text(state.id), maxActiveKeys: state.max_active_keys,
            createTime: Timestamp(nanoseconds: state.create_time_ns),
            updateTime: Timestamp(nanoseconds: state.update_time_ns), revision: revision)
    }

    private static func time(_ nanoseconds: Int64) -> Timestamp? {
        nanoseconds == 0 ? nil : Timestamp(nanoseconds: nanoseconds)
    }

    private static func packed<Message>(_ message: UnsafePointer<Message>) -> [UInt8] {
        var buffer = ByteBuffer()
        pack(message, into: &buffer)
        return Array(buffer.readableBytesView)
    }
}
