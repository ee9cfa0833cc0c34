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
        if let expireTime = key.standing.expireTime {
            message.pointee.expiry_case = LATCHKEY__STORAGE__V1__KEY_STATE__EXPIRY_EXPIRE_TIME_NS
            message.pointee.expire_time_ns = expireTime.nanoseconds
        }
        if let revokeTime = key.standing.revokeTime {
            message.pointee.revocation_case = LATCHKEY__STORAGE__V1__KEY_STATE__REVOCATION_REVOKE_TIME_NS
            message.pointee.revoke_time_ns = revokeTime.nanoseconds
        }
        message.pointee.create_sequence = key.createSequence
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
        if let deadline {
            message.pointee.end_case = LATCHKEY__STORAGE__V1__SECRET_STATE__END_DEADLINE_NS
            message.pointee.deadline_ns = deadline.nanoseconds
        }
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
        guard let id = KeyID(RequestCodec.text(state.id)), state.n_secrets > 0 else {
            throw WireError(description: "the KeyState has no id or no secret")
        }
        let (current, end) = try secret(state.secrets[0])
        if end != nil { throw WireError(description: "the current secret in the KeyState has an end") }
        let old = try (1..<state.n_secrets).map { index throws(WireError) in
            let (secret, deadline) = try secret(state.secrets[index])
            guard let deadline else { throw WireError(description: "an old secret in the KeyState has no end") }
            return OldSecret(secret: secret, deadline: deadline)
        }
        let expires = state.expiry_case == LATCHKEY__STORAGE__V1__KEY_STATE__EXPIRY_EXPIRE_TIME_NS
        let isRevoked = state.revocation_case == LATCHKEY__STORAGE__V1__KEY_STATE__REVOCATION_REVOKE_TIME_NS
        return StoredKey(
            id: id, accountID: RequestCodec.text(state.account_id), userID: RequestCodec.text(state.user_id),
            name: RequestCodec.text(state.name), description: RequestCodec.text(state.description),
            hint: RequestCodec.text(state.hint), unrestricted: state.unrestricted != 0,
            standing: KeyStanding(
                enabled: state.enabled != 0,
                expireTime: expires ? Timestamp(nanoseconds: state.expire_time_ns) : nil,
                revokeTime: isRevoked ? Timestamp(nanoseconds: state.revoke_time_ns) : nil),
            createTime: Timestamp(nanoseconds: state.create_time_ns),
            updateTime: Timestamp(nanoseconds: state.update_time_ns), current: current, old: old,
            createSequence: state.create_sequence, revision: revision)
    }

    private static func secret(
        _ message: UnsafeMutablePointer<Latchkey__Storage__V1__SecretState>?
    ) throws(WireError) -> (StoredSecret, deadline: Timestamp?) {
        guard let state = message?.pointee,
            let digest = Digest(bytes: UnsafeBufferPointer(start: state.digest.data, count: state.digest.len))
        else { throw WireError(description: "a digest in the KeyState has not 32 bytes") }
        let secret = StoredSecret(
            generation: state.generation, digest: digest, storeKeyVersion: state.store_key_version,
            createTime: Timestamp(nanoseconds: state.create_time_ns))
        let ends = state.end_case == LATCHKEY__STORAGE__V1__SECRET_STATE__END_DEADLINE_NS
        return (secret, ends ? Timestamp(nanoseconds: state.deadline_ns) : nil)
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

    private static func packed<Message>(_ message: UnsafePointer<Message>) -> [UInt8] {
        var buffer = ByteBuffer()
        pack(message, into: &buffer)
        return Array(buffer.readableBytesView)
    }
}
