// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto

extension ProtoJSON {
    /// A KeyState as JSON; without `digests` the secrets' digests are empty.
    package static func keyState(_ body: UnsafeRawBufferPointer, digests: Bool) throws(WireError) -> String {
        guard
            let message = unsafe latchkey__storage__v1__key_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a KeyState") }
        defer { unsafe latchkey__storage__v1__key_state__free_unpacked(message, nil) }
        if !digests { unsafe clearDigests(message) }
        return unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { unsafe text($0) }
    }

    /// An AccountState as JSON.
    package static func accountState(_ body: UnsafeRawBufferPointer) throws(WireError) -> String {
        guard
            let message = unsafe latchkey__storage__v1__account_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not an AccountState") }
        defer { unsafe latchkey__storage__v1__account_state__free_unpacked(message, nil) }
        return unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { unsafe text($0) }
    }

    /// A RevokeAllState as JSON.
    package static func revokeAllState(_ body: UnsafeRawBufferPointer) throws(WireError) -> String {
        guard
            let message = unsafe latchkey__storage__v1__revoke_all_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a RevokeAllState") }
        defer { unsafe latchkey__storage__v1__revoke_all_state__free_unpacked(message, nil) }
        return unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { unsafe text($0) }
    }

    /// A KeptRequestState as JSON; without `digests` the digests of its key's secrets are empty.
    package static func keptRequestState(_ body: UnsafeRawBufferPointer, digests: Bool) throws(WireError) -> String {
        guard
            let message = unsafe latchkey__storage__v1__kept_request_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a KeptRequestState") }
        defer { unsafe latchkey__storage__v1__kept_request_state__free_unpacked(message, nil) }
        if !digests, let key = unsafe message.pointee.key { unsafe clearDigests(key) }
        return unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { unsafe text($0) }
    }

    private static func clearDigests(_ message: UnsafeMutablePointer<Latchkey__Storage__V1__KeyState>) {
        for index in unsafe 0..<message.pointee.n_secrets {
            unsafe message.pointee.secrets[index]?.pointee.digest.len = 0
        }
    }
}
