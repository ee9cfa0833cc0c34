// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// A command as somebody asks for it, and perhaps again.
struct SimulatedAsk {
    let command: SimulatedCommand
    /// Never drawn before; empty = it may not be asked for again.
    let requestID: [UInt8]

    /// `nil` when it has no id, or is about a key that there is not.
    func identified(in state: StoreState) -> IdentifiedRequest? {
        switch command {
        case .create(_, let account, _, let lifetime):
            identified(SimulatedCommand.createRequest(account, lifetime), in: state)
        case .rename(let id, let name): identified(UpdateKeyRequest(keyID: "\(id)", name: name), in: state)
        case .enable(let id, let enabled): identified(UpdateKeyRequest(keyID: "\(id)", enabled: enabled), in: state)
        case .rekey(let id, _, let overlap): identified(RekeyKeyRequest(keyID: "\(id)", overlap: overlap), in: state)
        case .revoke(let id): identified(RevokeKeyRequest(keyID: "\(id)"), in: state)
        case .setCap(let account, let cap):
            identified(UpdateAccountRequest(accountID: account, maxActiveKeys: cap), in: state)
        }
    }

    private func identified(_ request: some MutatingRequest, in state: StoreState) -> IdentifiedRequest? {
        var request = request
        request.requestID = requestID
        return IdentifiedRequest(request, caller: "uid:7", in: state)
    }
}

extension SimulatedCommand.Changed {
    /// What it is answered with, when it is the last thing that the state did.
    func answer(of state: StoreState) -> MutationAnswer {
        switch self {
        case .key(let key):
            MutationAnswer(
                left: .key(key, uses: KeyUses(key.counters)), revision: state.lastSequence, time: state.lastTime)
        case .account(let settings):
            MutationAnswer(left: .account(settings), revision: state.lastSequence, time: state.lastTime)
        }
    }
}

extension ReferenceModel {
    /// What a retry is to find.
    struct Done: Equatable, Sendable {
        var sequence: UInt64
        var endTime: Timestamp
    }

    /// What is wrong with what the store remembers of requests, by the models after each sequence up to this one's.
    /// `latest` is the latest time that the store ever had: what had ended by then may be there or not.
    func requestDifference(from state: StoreState, _ models: [ReferenceModel], latest: Timestamp) -> String? {
        var found: [[UInt8]: KeptRequest] = [:]
        for kept in state.requests(after: 0, through: .max, .max) { found[kept.request.scope.requestID] = kept }
        for (id, done) in requests where done.endTime > latest && found[id] == nil {
            return "the request of \(done.sequence) is forgotten"
        }
        for (id, kept) in found {
            let sequence = kept.answer.revision
            guard requests[id]?.sequence == sequence else { return "a request of \(sequence) is there" }
            guard case .key(let record, _) = kept.answer.left else { continue }
            if Key(record.key) != models[Int(sequence)].keys[record.key.id] {
                return "the request of \(sequence) would be answered with \(Key(record.key))"
            }
        }
        return nil
    }
}
