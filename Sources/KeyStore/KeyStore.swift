// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyJournal
internal import KeyModel
internal import KeyWire

/// The only writer. Every mutation is decided here in one turn, journalled, and published once it is durable.
///
/// A turn never awaits. What it decided is told to the caller only when everything that it saw is durable and
/// published, a refusal and a change of nothing included: `settled` is the only way out. So a Validate that starts
/// after a reply sees at least the state the reply speaks of (R7).
package actor KeyStore {
    /// What Validate reads, without entering the actor.
    package nonisolated let index: KeyIndex
    package nonisolated let clock: StoreClock
    private nonisolated let committer: GroupCommitter<Publication>
    private nonisolated let revisions: RevisionWaiters
    private nonisolated let executor: ThreadExecutor
    let issuer: TokenIssuer
    private let sealer: SecretSealer
    private nonisolated let onFailure: @Sendable (JournalError) -> Void
    package nonisolated let journal: JournalWriter
    private(set) var state: StoreState

    /// What becomes visible when its journal records are durable; an account's settings are read in the actor only.
    private typealias Publication = [PublishedKey]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - state: As recovered from the journal that `writer` goes on with.
    ///   - onFailure: Called once, when the journal cannot be written any more. Nothing is acknowledged after it; the
    ///     program is expected to end.
    package init(
        state: StoreState, writer: JournalWriter, clock: StoreClock, digester: SecretDigester,
        durability: Durability = .strict, onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(JournalError) {
        let index = KeyIndex()
        for key in state.keys(0..<state.keyCount) { index.publish(key) }
        index.advance(to: state.lastSequence)
        self.index = index
        let revisions = RevisionWaiters(index)
        self.revisions = revisions
        self.clock = clock
        self.state = state
        journal = writer
        issuer = TokenIssuer(digester: digester)
        do throws(CryptoError) {
            sealer = try SecretSealer()
        } catch {
            throw .crypto(error)
        }
        self.onFailure = onFailure
        executor = try ThreadExecutor()
        committer = try GroupCommitter(
            writer: writer, durability: durability,
            publish: { publications, sequence in
                for keys in publications { for key in keys { index.publish(key) } }
                index.advance(to: sequence)
                revisions.advanced(to: sequence)
            },
            onFailure: onFailure)
    }

    /// Everything up to this sequence is in force, and durable unless durability was relaxed.
    package nonisolated var revision: UInt64 { index.revision }

    /// Returns true once everything up to `revision` is in force; false when the task was cancelled before, or when too
    /// many wait.
    package nonisolated func waitForRevision(_ revision: UInt64) async -> Bool { await revisions.wait(for: revision) }

    /// What was written to the journal since the store was opened.
    package nonisolated var journalBytes: UInt64 { journal.writtenBytes }

    /// Writes and syncs what was decided, and ends the store's threads. No call may follow.
    package nonisolated func stop() {
        executor.stop()
        committer.stop()
    }

    // MARK: A turn

    /// What a turn decided, and the sequence that must be durable before anyone hears of it.
    struct Turn<Value: Sendable>: Sendable {
        var result: Result<Value, Refusal>
        var sequence: UInt64
    }

    /// Decides on what changes nothing, or appends what it changed by itself.
    func turn<Value: Sendable>(
        _ context: CallContext, _ decide: (inout StoreState, Timestamp) throws(Refusal) -> Value
    ) -> Turn<Value> {
        if let refusal = refusal(forDeadlineOf: context) ?? refusal(forAgeOf: context) {
            return Turn(result: .failure(refusal), sequence: 0)
        }
        let result: Result<Value, Refusal>
        do throws(Refusal) {
            let now = max(clock.now(), state.lastTime)
            try state.checkStanding(context, at: now)
            if let refusal = state.refusal(forTargetOf: context) { throw refusal }
            result = .success(try decide(&state, now))
        } catch {
            result = .failure(error)
        }
        return Turn(result: result, sequence: state.lastSequence)
    }

    /// Decides and appends in one go, with no await in between; or, for a request that was carried out before, finds
    /// what it was told then (B7). That it may not be durable yet is no matter: who hears of it has waited for it.
    func mutate<Request: MutatingRequest>(
        _ request: Request, _ context: CallContext, needs need: Need,
        _ decide: (inout StoreState, Timestamp) throws(Refusal) -> Change
    ) -> Turn<Told> {
        if let refusal = refusal(forDeadlineOf: context) { return Turn(result: .failure(refusal), sequence: 0) }
        let now = max(clock.now(), state.lastTime)
        let hidden = state.refusal(forTargetOf: context)
        let identified = hidden == nil ? IdentifiedRequest(request, caller: context.caller, in: state) : nil
        let result: Result<Told, Refusal>
        do throws(Refusal) {
            try state.checkStanding(context, at: now)
            if let identified,
                let kept = try state.recall(identified, givesSecret: Request.givesSecret, at: now)
            {
                if Request.givesSecret { try state.checkAnswer(kept.answer, to: context) }
                result = .success(Told(answer: kept.answer, secret: try secret(of: kept)))
            } else {
                if let refusal = refusal(forAgeOf: context, needs: need) ?? refusal(forWantOf: need) {
                    return Turn(result: .failure(refusal), sequence: 0)
                }
                if let hidden { throw hidden }
                let before = state.lastSequence
                let change = try decide(&state, now)
                if state.lastSequence != before { append(change, of: identified, context) }
                result = .success(Told(answer: change.answer, secret: change.secret))
            }
        } catch {
            result = .failure(error)
        }
        return Turn(result: result, sequence: state.lastSequence)
    }

    private func append(_ change: Change, of identified: IdentifiedRequest?, _ context: CallContext) {
        let request = identified.map { KeptRequest($0, change.answer, sealedSecret: sealed(change.secret, for: $0)) }
        if let request { state.remember(request) }
        let (type, body, publication) = change.encoded(of: request)
        enqueue([(state.lastSequence, type, body)], publishing: publication, at: state.lastTime, context)
    }

    func enqueue(
        _ records: [(sequence: UInt64, type: RecordType, body: [UInt8])], publishing keys: [PublishedKey],
        at time: Timestamp, _ context: CallContext
    ) {
        do throws(JournalError) {
            let entries = try records.map { record throws(JournalError) in
                try JournalEntry(
                    sequence: record.sequence, type: record.type, time: time, caller: context.caller,
                    peer: context.peer, body: record.body)
            }
            committer.enqueue(entries, keys)
        } catch {
            // What was decided cannot be written: nothing more may be acknowledged.
            onFailure(error)
        }
    }

    /// What a call needs of the disk before it may change anything; with the bytes that a key's restrictions take beside
    /// `Limits.mutationBytes`.
    enum Need {
        /// It makes the store safer: it may use what is left when the disk is full.
        case room(Int)
        /// It can wait until there is space again.
        case reserve(Int)
    }

    func ruleBytes(of id: String, for context: CallContext) -> Int {
        guard let key = KeyID(id).flatMap({ state.key($0)?.key }), context.scope.contains(key.accountID) else {
            return 0
        }
        return key.rules?.storedBytes ?? 0
    }

    func refusal(forWantOf need: Need) -> Refusal? {
        switch need {
        case .reserve(let more):
            if !committer.hasReserve { return Self.diskFull }
            // Half is kept for what makes the store safer.
            let isFull = committer.admittedBytes(keeping: journal.segmentRoom / 2) < Limits.mutationBytes + more
            return isFull ? Self.storeBusy : nil
        case .room(let more):
            if committer.admittedBytes(keeping: 0) >= Limits.mutationBytes + more { return nil }
            return committer.hasReserve ? Self.storeBusy : Self.diskFull
        }
    }

    private func refusal(forDeadlineOf context: CallContext) -> Refusal? {
        guard let deadline = context.deadline, clock.timeSinceBoot() >= deadline else { return nil }
        return .deadlineExceeded
    }

    /// What waited too long for its turn is shed: whoever sent it has given up, or the queue grows faster than it is
    /// worked off. What makes the store safer never is.
    private func refusal(forAgeOf context: CallContext, needs need: Need = .reserve(0)) -> Refusal? {
        guard let arrival = context.arrival, case .reserve = need else { return nil }
        let age = clock.timeSinceBoot().nanoseconds - arrival.nanoseconds
        return age > Limits.storeQueueMilliseconds * 1_000_000 ? .overloaded : nil
    }

    private static let storeBusy = Refusal(
        .resourceExhausted, .storeBusy, "more changes wait for the disk than may; try again shortly",
        retryAfter: .milliseconds(Limits.storeBusyRetryMilliseconds))

    private static let diskFull = Refusal(
        .resourceExhausted, .diskFull,
        "the disk is full: revocations still work, this does not; free some space, no restart is needed")

    /// Ends the store as the committer's thread does when the journal cannot be written.
    nonisolated func fail(_ error: JournalError) { onFailure(error) }

    /// Waits until everything up to here, which has been decided, is durable and published.
    nonisolated func settle(_ sequence: UInt64) async throws(JournalError) {
        try await committer.waitUntilPublished(sequence)
    }

    /// Waits until what the turn saw is durable and published, then gives its result.
    nonisolated func settled<Value>(_ turn: Turn<Value>) async throws(Refusal) -> Value {
        do {
            try await settle(turn.sequence)
        } catch {
            throw Refusal(
                .unavailable, .storeFailed,
                "the journal cannot be written; whether this was done is known after the restart")
        }
        return try turn.result.get()
    }

    /// `nil` when there is none. One that cannot be sealed is as one that a restart has taken: what was decided stands.
    private func sealed(_ secret: String, for request: IdentifiedRequest) -> [UInt8]? {
        secret.isEmpty ? nil : try? sealer.seal(secret, context: request.sealContext)
    }

    private func secret(of kept: KeptRequest) throws(Refusal) -> String {
        guard let sealed = kept.sealedSecret else { return "" }
        do throws(CryptoError) {
            return try sealer.open(sealed, context: kept.request.sealContext)
        } catch {
            throw Refusal(.internal, .storeFailed, "\(error); it was done before, and is not done again")
        }
    }

    func issue(id: KeyID? = nil, prefix: String) throws(Refusal) -> TokenIssuer.Issued {
        do throws(CryptoError) {
            return try issuer.issue(id: id, prefix: prefix)
        } catch {
            throw Refusal(.internal, .storeFailed, "\(error); nothing was done")
        }
    }
}
