// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import KeyCrypto

/// B7: a mutation with an id is carried out once; its retries get the first answer.
///
/// Only what changed something is remembered. A refusal, and a call that found everything as it wanted it, left nothing
/// behind: a retry of it decides anew, as if it had come for the first time.
extension StoreState {
    /// What a request came to when it was made before; `nil` = it is new, and may be carried out.
    ///
    /// - Parameter givesSecret: Whether the answer is none without the secret that was in it.
    package mutating func recall(
        _ request: IdentifiedRequest, givesSecret: Bool, at time: Timestamp
    ) throws(Refusal) -> KeptRequest? {
        let now = begin(at: time)
        guard let kept = requests[request.scope], kept.endTime > now else {
            if let end = requests.fullUntil { throw .requestIDsFull(for: end.nanoseconds - now.nanoseconds) }
            return nil
        }
        guard constantTimeEqual(kept.request.hash, request.hash) else { throw .requestIDReused }
        if givesSecret, kept.sealedSecret == nil { throw .secretGone(kept.answer) }
        return kept
    }

    /// Keeps what a command has just left. `answer` is that of the last sequence.
    package mutating func remember(_ kept: KeptRequest) {
        requests.keep(kept)
    }

    /// The account that a request is about; `nil` = there is no such key, and so there is nothing to remember.
    package func account(of target: MutationTarget) -> String? {
        switch target {
        case .account(let id): id
        case .key(let id): KeyID(id).flatMap { key($0)?.key.accountID }
        }
    }

    // MARK: Replay

    /// Puts one that was read back, with the record that is in the table, if it is the one that it left.
    mutating func replay(_ kept: KeptRequest) {
        var answer = kept.answer
        if case .key(let record, let uses) = answer.left, let known = key(record.key.id),
            known.key.revision == record.key.revision
        {
            answer = MutationAnswer(
                left: .key(known, uses: uses), revision: answer.revision, time: answer.time, count: answer.count,
                total: answer.total)
        }
        requests.keep(KeptRequest(kept.request, answer))
        requests.forget(until: lastTime, atMost: .max)
    }
}

extension Refusal {
    fileprivate static let requestIDReused = Refusal(
        .failedPrecondition, .requestIDReused,
        "this request_id was used for another request in the last 10 minutes; draw a new one, at random, for each request"
    )

    fileprivate static func requestIDsFull(for nanoseconds: Int64) -> Refusal {
        Refusal(
            .resourceExhausted, .requestIDsFull,
            "as many request_ids are remembered as may be; try again later, or send it without one",
            retryAfter: TimeSpan(nanoseconds: max(1, nanoseconds)))
    }

    fileprivate static func secretGone(_ answer: MutationAnswer) -> Refusal {
        let key = answer.key?.id.description ?? ""
        return Refusal(
            .failedPrecondition, .secretGone,
            "this was done, to key \(key), but the server has restarted since and the secret is gone; re-key \(key) for another one"
        )
    }
}
