// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
package import KeyJournal
package import KeyModel
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
    private let issuer: TokenIssuer
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

    // MARK: Calls

    package nonisolated func createKey(
        _ request: CreateKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> CreateKeyResponse {
        try await settled(await decideCreate(request, context))
    }

    private func decideCreate(_ request: CreateKeyRequest, _ context: CallContext) -> Turn<CreateKeyResponse> {
        turn(context, needs: .reserve(request.ruleBytes)) { (state, now) throws(Refusal) in
            let prefix = state.settings(ofAccount: request.accountID).tokenPrefix
            var issued = try issue(prefix: prefix)
            while state.key(issued.id) != nil { issued = try issue(prefix: prefix) }
            let key = try state.createKey(request, id: issued.id, issued.secret, at: now)
            return (.init(key: key.shown(at: now), secret: issued.token, revision: key.key.revision), .key(key))
        }
    }

    package nonisolated func updateKey(
        _ request: UpdateKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> UpdateKeyResponse {
        try await settled(await decideUpdate(request, context))
    }

    private func decideUpdate(_ request: UpdateKeyRequest, _ context: CallContext) -> Turn<UpdateKeyResponse> {
        // Deactivating must always be possible; everything else can wait for space.
        let held = ruleBytes(of: request.keyID)
        return turn(context, needs: request.onlyDisables ? .room(held) : .reserve(held + request.ruleBytes)) {
            (state, now) throws(Refusal) in
            let key = try state.updateKey(request, at: now)
            return (.init(key: key.shown(at: now), revision: key.key.revision), .key(key))
        }
    }

    package nonisolated func rekeyKey(
        _ request: RekeyKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> RekeyKeyResponse {
        try await settled(await decideRekey(request, context))
    }

    private func decideRekey(_ request: RekeyKeyRequest, _ context: CallContext) -> Turn<RekeyKeyResponse> {
        let held = ruleBytes(of: request.keyID)
        return turn(context, needs: request.overlap == .zero ? .room(held) : .reserve(held)) {
            (state, now) throws(Refusal) in
            // An id that is unknown, or no id at all, is refused by the state, in the words it has for that.
            let known = KeyID(request.keyID).flatMap { state.key($0) }
            let prefix = known.map { state.settings(ofAccount: $0.key.accountID).tokenPrefix } ?? ""
            let issued = try issue(id: known?.key.id, prefix: prefix)
            let key = try state.rekeyKey(request, issued.secret, at: now)
            return (.init(key: key.shown(at: now), secret: issued.token, revision: key.key.revision), .key(key))
        }
    }

    package nonisolated func retireSecrets(
        _ request: RetireSecretsRequest, _ context: CallContext
    ) async throws(Refusal) -> RetireSecretsResponse {
        try await settled(await decideRetire(request, context))
    }

    private func decideRetire(_ request: RetireSecretsRequest, _ context: CallContext) -> Turn<RetireSecretsResponse> {
        turn(context, needs: .room(ruleBytes(of: request.keyID))) { (state, now) throws(Refusal) in
            let (key, retired) = try state.retireSecrets(request, at: now)
            return (.init(key: key.shown(at: now), retired: retired, revision: key.key.revision), .key(key))
        }
    }

    package nonisolated func revokeKey(
        _ request: RevokeKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> RevokeKeyResponse {
        try await settled(await decideRevoke(request, context))
    }

    private func decideRevoke(_ request: RevokeKeyRequest, _ context: CallContext) -> Turn<RevokeKeyResponse> {
        turn(context, needs: .room(ruleBytes(of: request.keyID))) { (state, now) throws(Refusal) in
            let key = try state.revokeKey(request, at: now)
            return (.init(key: key.shown(at: now), revision: key.key.revision), .key(key))
        }
    }

    package nonisolated func revokeAllKeys(
        _ request: RevokeAllKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> RevokeAllKeysResponse {
        try await settled(await decideRevokeAll(request, context))
    }

    private func decideRevokeAll(_ request: RevokeAllKeysRequest, _ context: CallContext) -> Turn<RevokeAllKeysResponse>
    {
        turn(context, needs: .room(0)) { (state, now) throws(Refusal) in
            let (record, keys) = try state.revokeAllKeys(request, at: now)
            return (.init(revoked: record.revoked, revision: state.lastSequence), .revokeAll(record, keys))
        }
    }

    package nonisolated func importKeys(
        _ request: ImportKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> ImportKeysResponse {
        try await settled(await decideImport(request, context))
    }

    private func decideImport(_ request: ImportKeysRequest, _ context: CallContext) -> Turn<ImportKeysResponse> {
        let bytes = request.keys.reduce(0) { $0 + $1.request.ruleBytes + Limits.importedKeyBytes }
        return turn(context, needs: request.dryRun ? .nothing : .reserve(bytes)) { (state, now) throws(Refusal) in
            let imports = request.keys.map { issuer.prepare($0) }
            let (results, keys) = state.importKeys(imports, isDryRun: request.dryRun, at: now)
            return (.init(results: results), .keys(keys))
        }
    }

    package nonisolated func listKeys(
        _ request: ListKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> ListKeysResponse {
        try await settled(await decideList(request, context))
    }

    private func decideList(_ request: ListKeysRequest, _ context: CallContext) -> Turn<ListKeysResponse> {
        turn(context, needs: .nothing) { (state, now) throws(Refusal) in
            (try state.listKeys(request, at: now), nil)
        }
    }

    package nonisolated func listAccounts(
        _ request: ListAccountsRequest, _ context: CallContext
    ) async throws(Refusal) -> ListAccountsResponse {
        try await settled(await decideAccounts(request, context))
    }

    private func decideAccounts(_ request: ListAccountsRequest, _ context: CallContext) -> Turn<ListAccountsResponse> {
        turn(context, needs: .nothing) { (state, now) throws(Refusal) in
            (state.listAccounts(request, at: now), nil)
        }
    }

    package nonisolated func getAccount(
        _ request: GetAccountRequest, _ context: CallContext
    ) async throws(Refusal) -> GetAccountResponse {
        try await settled(await decideAccount(request, context))
    }

    private func decideAccount(_ request: GetAccountRequest, _ context: CallContext) -> Turn<GetAccountResponse> {
        turn(context, needs: .nothing) { (state, now) throws(Refusal) in
            (.init(account: try state.account(request.accountID, at: now)), nil)
        }
    }

    package nonisolated func updateAccount(
        _ request: UpdateAccountRequest, _ context: CallContext
    ) async throws(Refusal) -> UpdateAccountResponse {
        try await settled(await decideAccountUpdate(request, context))
    }

    private func decideAccountUpdate(
        _ request: UpdateAccountRequest, _ context: CallContext
    ) -> Turn<UpdateAccountResponse> {
        turn(context, needs: .reserve(0)) { (state, now) throws(Refusal) in
            let account = try state.updateAccount(request, at: now).account
            return (.init(account: account, revision: account.settings.revision), .account(account.settings))
        }
    }

    // MARK: A turn

    /// What a turn decided, and the sequence that must be durable before anyone hears of it.
    private struct Turn<Value: Sendable>: Sendable {
        var result: Result<Value, Refusal>
        var sequence: UInt64
    }

    /// The record that a command left: new if its revision is the state's last sequence, else as it was.
    private enum Record {
        case key(PublishedKey)
        case account(AccountSettings)
        case revokeAll(RevokeAllRecord, [PublishedKey])
        /// New ones, each with a sequence of its own.
        case keys([PublishedKey])
    }

    /// Decides and appends in one go, with no await in between.
    private func turn<Value: Sendable>(
        _ context: CallContext, needs need: Need,
        _ decide: (inout StoreState, Timestamp) throws(Refusal) -> (Value, Record?)
    ) -> Turn<Value> {
        if let deadline = context.deadline, clock.timeSinceBoot() >= deadline {
            return Turn(result: .failure(.deadlineExceeded), sequence: 0)
        }
        if let refusal = refusal(forWantOf: need) { return Turn(result: .failure(refusal), sequence: 0) }
        let before = state.lastSequence
        let result: Result<Value, Refusal>
        do throws(Refusal) {
            let (value, record) = try decide(&state, max(clock.now(), state.lastTime))
            if state.lastSequence != before, let record { append(record, context) }
            result = .success(value)
        } catch {
            result = .failure(error)
        }
        return Turn(result: result, sequence: state.lastSequence)
    }

    private func append(_ record: Record, _ context: CallContext) {
        let last = state.lastSequence
        do throws(JournalError) {
            switch record {
            case .key(let key):
                try enqueue([(last, .key, StorageCodec.encode(key))], publishing: [key], context)
            case .keys(let keys):
                let bodies = keys.map { ($0.key.revision, RecordType.key, StorageCodec.encode($0)) }
                try enqueue(bodies, publishing: keys, context)
            case .account(let settings):
                try enqueue([(last, .account, StorageCodec.encode(settings))], publishing: [], context)
            case .revokeAll(let record, let keys):
                try enqueue([(last, .revokeAll, StorageCodec.encode(record))], publishing: keys, context)
            }
        } catch {
            // What was decided cannot be written: nothing more may be acknowledged.
            onFailure(error)
        }
    }

    private func enqueue(
        _ bodies: [(sequence: UInt64, type: RecordType, body: [UInt8])], publishing keys: [PublishedKey],
        _ context: CallContext
    ) throws(JournalError) {
        let entries = try bodies.map { body throws(JournalError) in
            try JournalEntry(
                sequence: body.sequence, type: body.type, time: state.lastTime, caller: context.caller,
                peer: context.peer, body: body.body)
        }
        committer.enqueue(entries, keys)
    }

    /// What a call needs of the disk before it may change anything; with the bytes that a key's restrictions take beside
    /// `Limits.mutationBytes`.
    private enum Need {
        /// It only reads.
        case nothing
        /// It makes the store safer: it may use what is left when the disk is full.
        case room(Int)
        /// It can wait until there is space again.
        case reserve(Int)
    }

    private func ruleBytes(of id: String) -> Int {
        KeyID(id).flatMap { state.key($0)?.key.rules?.storedBytes } ?? 0
    }

    private func refusal(forWantOf need: Need) -> Refusal? {
        switch need {
        case .nothing: return nil
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

    private static let storeBusy = Refusal(
        .resourceExhausted, .storeBusy, "more changes wait for the disk than may; try again shortly",
        retryAfter: .milliseconds(50))

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
    private nonisolated func settled<Value>(_ turn: Turn<Value>) async throws(Refusal) -> Value {
        do {
            try await settle(turn.sequence)
        } catch {
            throw Refusal(
                .unavailable, .storeFailed,
                "the journal cannot be written; whether this was done is known after the restart")
        }
        return try turn.result.get()
    }

    private func issue(id: KeyID? = nil, prefix: String) throws(Refusal) -> TokenIssuer.Issued {
        do throws(CryptoError) {
            return try issuer.issue(id: id, prefix: prefix)
        } catch {
            throw Refusal(.internal, .storeFailed, "\(error); nothing was done")
        }
    }
}
