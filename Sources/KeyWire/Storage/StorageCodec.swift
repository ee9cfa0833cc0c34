// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel
internal import NIOCore

/// The bodies of records in journal and snapshots: whole keys and whole accounts (proto/latchkey/storage/v1).
package enum StorageCodec {
    /// - Parameter request: What the record came of, in a journal's.
    package static func encode(_ record: PublishedKey, of request: KeptRequest? = nil) -> [UInt8] {
        let packer = Packer()
        var uses = KeyUses(record.counters)
        if case .key(_, let told)? = request?.answer.left { uses = told }
        let message = unsafe keyState(record.key, uses, packer)
        unsafe message.pointee.request = unsafe request.map { unsafe RequestStorage.encode($0, packer) }
        return unsafe packed(message)
    }

    static func keyState(
        _ key: StoredKey, _ uses: KeyUses, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__Storage__V1__KeyState> {
        let message = unsafe packer.make(latchkey__storage__v1__key_state__init)
        unsafe message.pointee.id = unsafe packer.text(key.id.description)
        unsafe message.pointee.account_id = unsafe packer.text(key.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(key.userID)
        unsafe message.pointee.name = unsafe packer.text(key.name)
        unsafe message.pointee.description = unsafe packer.text(key.description)
        unsafe message.pointee.hint = unsafe packer.text(key.hint)
        unsafe message.pointee.enabled = key.standing.enabled ? 1 : 0
        unsafe message.pointee.unrestricted = key.unrestricted ? 1 : 0
        unsafe message.pointee.create_time_ns = key.createTime.nanoseconds
        unsafe message.pointee.update_time_ns = key.updateTime.nanoseconds
        if let expireTime = key.standing.expireTime {
            unsafe message.pointee.expiry_case = LATCHKEY__STORAGE__V1__KEY_STATE__EXPIRY_EXPIRE_TIME_NS
            unsafe message.pointee.expire_time_ns = expireTime.nanoseconds
        }
        if let revokeTime = key.standing.revokeTime {
            unsafe message.pointee.revocation_case = LATCHKEY__STORAGE__V1__KEY_STATE__REVOCATION_REVOKE_TIME_NS
            unsafe message.pointee.revoke_time_ns = revokeTime.nanoseconds
        }
        unsafe message.pointee.create_sequence = key.createSequence
        unsafe message.pointee.use_count = uses.count
        if let lastUseTime = uses.lastUseTime {
            unsafe message.pointee.last_use_case = LATCHKEY__STORAGE__V1__KEY_STATE__LAST_USE_LAST_USE_TIME_NS
            unsafe message.pointee.last_use_time_ns = lastUseTime.nanoseconds
        }
        if let rules = key.rules { unsafe RuleStorage.encode(rules, into: message, packer) }
        let current = unsafe secret(key.current, deadline: nil, packer)
        let secrets = unsafe [current] + key.old.map { unsafe secret($0.secret, deadline: $0.deadline, packer) }
        unsafe message.pointee.n_secrets = unsafe secrets.count
        unsafe message.pointee.secrets = unsafe packer.array(secrets.map(Optional.init))
        return unsafe message
    }

    private static func secret(
        _ secret: StoredSecret, deadline: Timestamp?, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__Storage__V1__SecretState> {
        let message = unsafe packer.make(latchkey__storage__v1__secret_state__init)
        unsafe message.pointee.generation = secret.generation
        unsafe message.pointee.digest = unsafe packer.bytes(secret.digest.bytes)
        unsafe message.pointee.store_key_version = secret.storeKeyVersion
        unsafe message.pointee.create_time_ns = secret.createTime.nanoseconds
        unsafe message.pointee.imported = secret.isImported ? 1 : 0
        if let deadline {
            unsafe message.pointee.end_case = LATCHKEY__STORAGE__V1__SECRET_STATE__END_DEADLINE_NS
            unsafe message.pointee.deadline_ns = deadline.nanoseconds
        }
        return unsafe message
    }

    package static func encode(_ account: AccountSettings, of request: KeptRequest? = nil) -> [UInt8] {
        let packer = Packer()
        let message = unsafe accountState(account, packer)
        unsafe message.pointee.request = unsafe request.map { unsafe RequestStorage.encode($0, packer) }
        return unsafe packed(message)
    }

    static func accountState(
        _ account: AccountSettings, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__Storage__V1__AccountState> {
        let message = unsafe packer.make(latchkey__storage__v1__account_state__init)
        unsafe message.pointee.id = unsafe packer.text(account.id)
        unsafe message.pointee.max_active_keys = account.maxActiveKeys
        unsafe message.pointee.create_time_ns = account.createTime.nanoseconds
        unsafe message.pointee.update_time_ns = account.updateTime.nanoseconds
        unsafe message.pointee.lifetime_case = LATCHKEY__STORAGE__V1__ACCOUNT_STATE__LIFETIME_DEFAULT_LIFETIME_NS
        unsafe message.pointee.default_lifetime_ns = account.defaultLifetime.nanoseconds
        unsafe message.pointee.token_prefix = unsafe packer.text(account.tokenPrefix)
        unsafe message.pointee.require_public_ips = account.requirePublicIPs ? 1 : 0
        unsafe message.pointee.window_case = LATCHKEY__STORAGE__V1__ACCOUNT_STATE__WINDOW_DOWNGRADE_WINDOW_NS
        unsafe message.pointee.downgrade_window_ns = account.downgradeWindow.nanoseconds
        unsafe message.pointee.overlap_case = LATCHKEY__STORAGE__V1__ACCOUNT_STATE__OVERLAP_DEFAULT_OVERLAP_NS
        unsafe message.pointee.default_overlap_ns = account.defaultOverlap.nanoseconds
        return unsafe message
    }

    /// The key as of `revision`, the sequence of the record that `body` came in.
    package static func key(_ body: UnsafeRawBufferPointer, revision: UInt64) throws(WireError) -> PublishedKey {
        try unsafe keyChange(body, revision: revision).key
    }

    /// With it, the request that its record came of.
    package static func keyChange(
        _ body: UnsafeRawBufferPointer, revision: UInt64
    ) throws(WireError) -> (key: PublishedKey, request: KeptRequest?) {
        guard
            let message = unsafe latchkey__storage__v1__key_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a KeyState") }
        defer { unsafe latchkey__storage__v1__key_state__free_unpacked(message, nil) }
        let key = try unsafe key(message.pointee, revision: revision)
        let request = try unsafe RequestStorage.request(
            message.pointee.request, .key(key, uses: KeyUses(key.counters)), revision)
        return (key, request)
    }

    static func key(_ state: Latchkey__Storage__V1__KeyState, revision: UInt64) throws(WireError) -> PublishedKey {
        guard let id = unsafe KeyID(RequestCodec.text(state.id)), unsafe state.n_secrets > 0 else {
            throw WireError(description: "the KeyState has no id or no secret")
        }
        let (current, end) = unsafe try secret(state.secrets[0])
        if end != nil { throw WireError(description: "the current secret in the KeyState has an end") }
        let old = try unsafe (1..<state.n_secrets).map { index throws(WireError) in
            let (secret, deadline) = unsafe try secret(state.secrets[index])
            guard let deadline else { throw WireError(description: "an old secret in the KeyState has no end") }
            return OldSecret(secret: secret, deadline: deadline)
        }
        let rules = try unsafe RuleStorage.rules(state)
        let expires = unsafe state.expiry_case == LATCHKEY__STORAGE__V1__KEY_STATE__EXPIRY_EXPIRE_TIME_NS
        let isRevoked = unsafe state.revocation_case == LATCHKEY__STORAGE__V1__KEY_STATE__REVOCATION_REVOKE_TIME_NS
        let isUsed = unsafe state.last_use_case == LATCHKEY__STORAGE__V1__KEY_STATE__LAST_USE_LAST_USE_TIME_NS
        let key = unsafe StoredKey(
            id: id, accountID: RequestCodec.text(state.account_id), userID: RequestCodec.text(state.user_id),
            name: RequestCodec.text(state.name), description: RequestCodec.text(state.description),
            hint: RequestCodec.text(state.hint), unrestricted: state.unrestricted != 0, rules: rules,
            standing: KeyStanding(
                enabled: state.enabled != 0,
                expireTime: expires ? Timestamp(nanoseconds: state.expire_time_ns) : nil,
                revokeTime: isRevoked ? Timestamp(nanoseconds: state.revoke_time_ns) : nil),
            createTime: Timestamp(nanoseconds: state.create_time_ns),
            updateTime: Timestamp(nanoseconds: state.update_time_ns), current: current, old: old,
            createSequence: state.create_sequence, revision: revision)
        return unsafe PublishedKey(
            key: key,
            counters: UseCounters(
                count: state.use_count,
                lastUseTime: isUsed ? Timestamp(nanoseconds: state.last_use_time_ns) : nil))
    }

    private static func secret(
        _ message: UnsafeMutablePointer<Latchkey__Storage__V1__SecretState>?
    ) throws(WireError) -> (StoredSecret, deadline: Timestamp?) {
        guard let state = unsafe message?.pointee,
            let digest = unsafe Digest(UnsafeRawBufferPointer(start: state.digest.data, count: state.digest.len))
        else { throw WireError(description: "a digest in the KeyState has not 32 bytes") }
        let secret = unsafe StoredSecret(
            generation: state.generation, digest: digest, storeKeyVersion: state.store_key_version,
            isImported: state.imported != 0, createTime: Timestamp(nanoseconds: state.create_time_ns))
        let ends = unsafe state.end_case == LATCHKEY__STORAGE__V1__SECRET_STATE__END_DEADLINE_NS
        return unsafe (secret, ends ? Timestamp(nanoseconds: state.deadline_ns) : nil)
    }

    /// The settings as of `revision`, likewise.
    package static func account(_ body: UnsafeRawBufferPointer, revision: UInt64) throws(WireError) -> AccountSettings {
        try unsafe accountChange(body, revision: revision).account
    }

    package static func accountChange(
        _ body: UnsafeRawBufferPointer, revision: UInt64
    ) throws(WireError) -> (account: AccountSettings, request: KeptRequest?) {
        guard
            let message = unsafe latchkey__storage__v1__account_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not an AccountState") }
        defer { unsafe latchkey__storage__v1__account_state__free_unpacked(message, nil) }
        let settings = unsafe account(message.pointee, revision: revision)
        return (settings, try unsafe RequestStorage.request(message.pointee.request, .account(settings), revision))
    }

    static func account(_ state: Latchkey__Storage__V1__AccountState, revision: UInt64) -> AccountSettings {
        var settings = unsafe AccountSettings(
            id: RequestCodec.text(state.id), createTime: Timestamp(nanoseconds: state.create_time_ns))
        settings.maxActiveKeys = unsafe state.max_active_keys
        settings.updateTime = unsafe Timestamp(nanoseconds: state.update_time_ns)
        settings.revision = revision
        settings.requirePublicIPs = unsafe state.require_public_ips != 0
        let prefix = unsafe RequestCodec.text(state.token_prefix)
        if !prefix.isEmpty { settings.tokenPrefix = prefix }
        if unsafe state.lifetime_case == LATCHKEY__STORAGE__V1__ACCOUNT_STATE__LIFETIME_DEFAULT_LIFETIME_NS {
            settings.defaultLifetime = unsafe TimeSpan(nanoseconds: state.default_lifetime_ns)
        }
        if unsafe state.window_case == LATCHKEY__STORAGE__V1__ACCOUNT_STATE__WINDOW_DOWNGRADE_WINDOW_NS {
            settings.downgradeWindow = unsafe TimeSpan(nanoseconds: state.downgrade_window_ns)
        }
        if unsafe state.overlap_case == LATCHKEY__STORAGE__V1__ACCOUNT_STATE__OVERLAP_DEFAULT_OVERLAP_NS {
            settings.defaultOverlap = unsafe TimeSpan(nanoseconds: state.default_overlap_ns)
        }
        return settings
    }

    package static func encode(_ record: RevokeAllRecord, of request: KeptRequest? = nil) -> [UInt8] {
        let packer = Packer()
        let message = unsafe packer.make(latchkey__storage__v1__revoke_all_state__init)
        unsafe message.pointee.account_id = unsafe packer.text(record.accountID)
        unsafe message.pointee.time_ns = record.time.nanoseconds
        unsafe message.pointee.revoked = record.revoked
        unsafe message.pointee.request = unsafe request.map { unsafe RequestStorage.encode($0, packer) }
        return unsafe packed(message)
    }

    package static func revokeAll(
        _ body: UnsafeRawBufferPointer, sequence: UInt64
    ) throws(WireError) -> (record: RevokeAllRecord, request: KeptRequest?) {
        guard
            let message = unsafe latchkey__storage__v1__revoke_all_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a RevokeAllState") }
        defer { unsafe latchkey__storage__v1__revoke_all_state__free_unpacked(message, nil) }
        let state = unsafe message.pointee
        let record = unsafe RevokeAllRecord(
            accountID: RequestCodec.text(state.account_id), time: Timestamp(nanoseconds: state.time_ns),
            revoked: state.revoked)
        return (record, try unsafe RequestStorage.request(state.request, .keys, sequence))
    }

    static func packed<Message>(_ message: UnsafePointer<Message>) -> [UInt8] {
        var buffer = ByteBuffer()
        unsafe pack(message, into: &buffer)
        return Array(buffer.readableBytesView)
    }
}
