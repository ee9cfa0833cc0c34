// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel

/// What is written down of a request that had an id: in its mutation's own record, and, as long as it is kept, in
/// snapshots.
enum RequestStorage {
    static func encode(
        _ kept: KeptRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__Storage__V1__RequestState> {
        let message = unsafe packer.make(latchkey__storage__v1__request_state__init)
        let scope = kept.request.scope
        unsafe message.pointee.caller = unsafe packer.text(scope.caller)
        unsafe message.pointee.call = scope.call
        unsafe message.pointee.account_id = unsafe packer.text(scope.accountID)
        unsafe message.pointee.request_id = unsafe packer.bytes(scope.requestID)
        unsafe message.pointee.request_hash = unsafe packer.bytes(kept.request.hash.bytes)
        unsafe message.pointee.time_ns = kept.answer.time.nanoseconds
        unsafe message.pointee.count = kept.answer.count
        unsafe message.pointee.total = kept.answer.total
        return unsafe message
    }

    /// - Parameters:
    ///   - left: What its mutation left.
    ///   - revision: The sequence of its mutation.
    static func request(
        _ message: UnsafeMutablePointer<Latchkey__Storage__V1__RequestState>?, _ left: MutationAnswer.Left,
        _ revision: UInt64
    ) throws(WireError) -> KeptRequest? {
        guard let state = unsafe message?.pointee else { return nil }
        guard
            let hash = unsafe Digest(
                UnsafeRawBufferPointer(start: state.request_hash.data, count: state.request_hash.len))
        else { throw WireError(description: "the hash in the RequestState has not 32 bytes") }
        let scope = unsafe RequestScope(
            caller: RequestCodec.text(state.caller), call: state.call,
            accountID: RequestCodec.text(state.account_id), requestID: RequestCodec.bytes(state.request_id))
        let answer = unsafe MutationAnswer(
            left: left, revision: revision, time: Timestamp(nanoseconds: state.time_ns), count: state.count,
            total: state.total)
        return KeptRequest(IdentifiedRequest(scope: scope, hash: hash), answer)
    }
}

extension StorageCodec {
    /// For a snapshot.
    package static func encode(_ kept: KeptRequest) -> [UInt8] {
        let packer = Packer()
        let message = unsafe packer.make(latchkey__storage__v1__kept_request_state__init)
        unsafe message.pointee.request = unsafe RequestStorage.encode(kept, packer)
        unsafe message.pointee.sequence = kept.answer.revision
        switch kept.answer.left {
        case .key(let record, let uses): unsafe message.pointee.key = unsafe keyState(record.key, uses, packer)
        case .account(let settings): unsafe message.pointee.account = unsafe accountState(settings, packer)
        case .keys: break
        }
        return unsafe packed(message)
    }

    package static func keptRequest(_ body: UnsafeRawBufferPointer) throws(WireError) -> KeptRequest {
        guard
            let message = unsafe latchkey__storage__v1__kept_request_state__unpack(
                nil, body.count, body.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else { throw WireError(description: "the body is not a KeptRequestState") }
        defer { unsafe latchkey__storage__v1__kept_request_state__free_unpacked(message, nil) }
        let state = unsafe message.pointee
        var left = MutationAnswer.Left.keys
        if let settings = unsafe state.account {
            left = .account(unsafe account(settings.pointee, revision: state.sequence))
        }
        if let record = unsafe state.key {
            let key = try unsafe key(record.pointee, revision: state.sequence)
            left = .key(key, uses: KeyUses(key.counters))
        }
        guard let kept = try unsafe RequestStorage.request(state.request, left, state.sequence) else {
            throw WireError(description: "the KeptRequestState has no request")
        }
        return kept
    }
}
