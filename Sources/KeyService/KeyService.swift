// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyCrypto
internal import KeyJournal
package import KeyModel
package import KeyStore
package import KeyUsage

/// What every door calls: one method decides nothing that another decides too, and none knows how the call came in.
package final class KeyService: Sendable {
    private let store: KeyStore
    private let snapshots: SnapshotKeeper
    private let digester: any SecretDigesting
    private let usage: UsageLog
    private let version: String
    private let startTime: Timestamp
    /// Who presents wrong tokens too often.
    package let failures: FailureMeters

    package init(
        store: KeyStore, snapshots: SnapshotKeeper, digester: any SecretDigesting, usage: UsageLog, version: String,
        failures: FailureMeters = FailureMeters()
    ) {
        self.failures = failures
        self.store = store
        self.snapshots = snapshots
        self.digester = digester
        self.usage = usage
        self.version = version
        startTime = store.clock.now()
    }

    /// The store's time.
    package func now() -> Timestamp { store.clock.now() }

    /// The machine's time since it started, for deadlines.
    package func timeSinceBoot() -> TimeSpan { store.clock.timeSinceBoot() }

    /// Answers a Validate: reads the index, decides, counts the use, notes the event; with `explain` it only decides. No
    /// lock is taken, nothing waits and nothing is allocated. Whoever has a `minRevision` has waited for it already.
    /// Returns the recognised key's record beside the answer; it is good until the lane leaves the index.
    ///
    /// - Parameters:
    ///   - now: The store's time; a batch of requests that came in together may share one.
    ///   - caller: Who asks, in UTF-8.
    ///   - scope: Whose keys there are for him; `nil` = everyone's.
    ///   - wait: What to answer when it is no key's token: too many such were presented before. It is noted nowhere then,
    ///     and no record comes with it.
    ///   - lane: Has entered the index.
    package func validate(
        _ question: ValidateQuestion, at now: Timestamp, caller: UnsafeRawBufferPointer, in scope: AccountScope? = nil,
        guessesWait wait: TimeSpan? = nil, on lane: ValidateLane
    ) -> (answer: ValidateAnswer, key: Unmanaged<PublishedKey>?) {
        var record: Unmanaged<PublishedKey>?
        var presented = Presented.malformed
        var generation: UInt32 = 0
        // The record lies somewhere in memory, and the way to it is what takes longest: it is asked for early, and
        // used when the digest has been computed.
        if let id = Token.probableID(in: question.secret) { lane.index.prepare(id) }
        if let token = Token(parsing: question.secret) {
            let expected = lane.index.expect(token.id)
            let digest = digester.digest(idAndSecret: token.idAndSecret)
            record = lane.index.confirm(expected, token.id)
            (presented, generation) = SecretMatch.present(digest, of: record)
            if presented.isRecognised, isHidden(record, in: scope) { (presented, generation) = (.unknown, 0) }
        }
        if lane.index.hasImports, !presented.isRecognised,
            (1...Limits.importedTokenBytes).contains(question.secret.count)
        {
            // It may be a token of another system. The same work whether or not there is a key with this id.
            let digest = digester.digest(importedToken: question.secret)
            record = lane.index.find(KeyID(of: digest))
            (presented, generation) = SecretMatch.present(digest, of: record)
            if presented.isRecognised, isHidden(record, in: scope) { (presented, generation) = (.unknown, 0) }
        }
        switch presented {
        case .malformed, .unknown:
            record = nil
            if let wait { return (.tooManyFailures(wait), nil) }
        case .secret: break
        }
        let evaluation = Self.decide(presented, record, question, at: now)
        var deadline: Timestamp?
        if case .secret(_, let end) = presented { deadline = end }
        let answer = ValidateAnswer(
            verdict: evaluation.verdict, generation: generation, supersededDeadline: deadline,
            usageID: question.explain ? nil : lane.nextUsageID(), coverage: evaluation.coverage,
            retryAfter: evaluation.retryAfter, denials: question.explain ? evaluation.denials : [])
        if question.explain { return (answer, record) }
        lane.usage.push(question, answer, record, at: now, caller: caller)
        if answer.verdict == .valid { record?._withUnsafeGuaranteedRef { $0.counters.countUse(at: now) } }
        return (answer, record)
    }

    /// Whether a key is as if it were not there: a caller's always, and another account's for whom that is none of his.
    @inline(__always)
    private func isHidden(_ record: Unmanaged<PublishedKey>?, in scope: AccountScope?) -> Bool {
        guard let record else { return false }
        return record._withUnsafeGuaranteedRef { record in
            if record.isCaller { return true }
            guard let scope else { return false }
            return !scope.contains(record.key.accountID)
        }
    }

    /// Has a connection speak for whoever has this token.
    func authorize(
        _ caller: inout Caller, _ token: UnsafeRawBufferPointer, on lane: ValidateLane, at now: Timestamp
    ) -> (verdict: Verdict, keyID: KeyID?) {
        caller.authorize(token, digester, on: lane, at: now)
    }

    /// Evaluates, and takes what the verdict uses of the rate limit: again when another use has come between.
    @inline(__always)
    private static func decide(
        _ presented: Presented, _ record: Unmanaged<PublishedKey>?, _ question: ValidateQuestion, at now: Timestamp
    ) -> Evaluation {
        guard let record else {
            return evaluate(presented, nil, isUnrestricted: false, question, rateTime: 0, at: now)
        }
        return record._withUnsafeGuaranteedRef { record in
            guard let rules = record.rules else {
                return evaluate(
                    presented, nil, isUnrestricted: record.key.unrestricted, question, rateTime: 0, at: now)
            }
            return rules._withUnsafeGuaranteedRef { rules in
                var rateTime = rules.rateTime
                while true {
                    let evaluation = evaluate(
                        presented, rules, isUnrestricted: record.key.unrestricted, question, rateTime: rateTime,
                        at: now)
                    if question.explain || rules.keepRateTime(evaluation.rateTime, insteadOf: &rateTime) {
                        return evaluation
                    }
                }
            }
        }
    }

    /// Notes how a request ended. Returns false when there is no room at the moment; nothing waits.
    ///
    /// - Parameter reporter: Whose question it must have been, or it is dropped; empty = anyone's.
    package func note(
        outcome httpStatus: UInt16, of usageID: UsageID, by reporter: UnsafeRawBufferPointer, at now: Timestamp,
        on lane: ValidateLane
    ) -> Bool {
        lane.usage.push(usageID, httpStatus: httpStatus, by: reporter, at: now)
    }

    /// Everything up to this revision is in force.
    package var revision: UInt64 { store.revision }

    /// Returns true once everything up to `revision` is in force; false when the task was cancelled before, or when too
    /// many wait.
    package func waitForRevision(_ revision: UInt64) async -> Bool { await store.waitForRevision(revision) }

    /// Everything that an event loop needs of its own to answer Validates; `index` counts the loops from 0.
    package func makeLane(_ index: Int) -> ValidateLane {
        ValidateLane(index: store.index.makeReader(), usage: usage.lanes[index], epoch: usage.epoch, number: index)
    }

    /// Answers a call that has one reply, and that `ConnectionCaller` has admitted. Validate has a way of its own.
    package func perform(_ call: Call, _ context: CallContext) async throws(Refusal) -> Reply {
        switch call {
        case .createKey(let request):
            try request.check()
            return .createKey(try await store.createKey(request, context))
        case .getKey(let request):
            try request.check()
            return .getKey(try getKey(request, context))
        case .listKeys(let request):
            try request.check()
            return .listKeys(try await store.listKeys(request, context))
        case .updateKey(let request):
            try request.check()
            return .updateKey(try await store.updateKey(request, context))
        case .rekeyKey(let request):
            try request.check()
            return .rekeyKey(try await store.rekeyKey(request, context))
        case .retireSecrets(let request):
            try request.check()
            return .retireSecrets(try await store.retireSecrets(request, context))
        case .revokeKey(let request):
            try request.check()
            return .revokeKey(try await store.revokeKey(request, context))
        case .revokeAllKeys(let request):
            try request.check()
            return .revokeAllKeys(try await store.revokeAllKeys(request, context))
        case .getAccount(let request):
            try request.check()
            return .getAccount(try await store.getAccount(request, context))
        case .updateAccount(let request):
            try request.check()
            return .updateAccount(try await store.updateAccount(request, context))
        case .listAccounts(let request):
            try request.check()
            return .listAccounts(try await store.listAccounts(request, context))
        case .importKeys(let request):
            try request.check()
            return .importKeys(try await store.importKeys(request, context))
        case .whoAmI:
            return .whoAmI(whoAmI(context))
        case .health:
            // How many there are in all is for who may read all of them.
            let maySee = context.authority?.rights.allows(CallRight(.keys, .read)) ?? false
            let (revision, keys) = (store.revision, maySee ? store.index.count : 0)
            return .health(
                .init(serving: true, revision: revision, keys: UInt64(keys), version: version, startTime: startTime))
        case .snapshot:
            try checkStanding(context)
            return .snapshot(try await takeSnapshot())
        case .validate, .validateBatch, .reportOutcome, .streamUsage:
            throw Refusal(.internal, .callUnknown, "this call is not made this way")
        }
    }

    private func whoAmI(_ context: CallContext) -> WhoAmIResponse {
        guard let authority = context.authority, let credential = context.credential,
            let key = store.index.find(credential.keyID)?.key
        else {
            return WhoAmIResponse(
                caller: context.caller, peer: context.peer,
                grants: context.authority == .administrator ? CallerRights.administratorGrants : [])
        }
        return WhoAmIResponse(
            caller: context.caller, peer: context.peer, keyID: "\(key.id)", name: key.name,
            grants: key.rules?.grants ?? [], expireTime: authority.expireTime)
    }

    private func takeSnapshot() async throws(Refusal) -> SnapshotResponse {
        do throws(SnapshotFailure) {
            let header = try await snapshots.take()
            return SnapshotResponse(revision: header.beginSequence, sizeBytes: header.fileBytes)
        } catch {
            let advice = "\(error); nothing is lost, the journal goes on"
            throw error.isOutOfSpace
                ? Refusal(.resourceExhausted, .diskFull, advice) : Refusal(.unavailable, .storeFailed, advice)
        }
    }

    /// Begins a usage stream.
    package func streamUsage(
        _ request: StreamUsageRequest, in scope: AccountScope
    ) async throws(Refusal) -> sending UsageSubscription {
        try request.check()
        return try await usage.subscribe(request, in: scope)
    }

    /// From the index: what it shows is durable already.
    private func getKey(_ request: GetKeyRequest, _ context: CallContext) throws(Refusal) -> GetKeyResponse {
        try checkStanding(context)
        guard let record = KeyID(request.keyID).flatMap({ store.index.find($0) }),
            context.scope.contains(record.key.accountID)
        else { throw Refusal.noSuchKey(request.keyID) }
        return GetKeyResponse(key: record.shown(at: now()))
    }

    /// For what is not decided by the store, which would.
    private func checkStanding(_ context: CallContext) throws(Refusal) {
        try context.checkStanding(of: context.credential.flatMap { store.index.find($0.keyID)?.key }, at: now())
    }
}

/// One event loop's own part of answering Validates. Not thread-safe.
package final class ValidateLane {
    package let usage: UsageLane
    let index: KeyIndex.Reader
    private let epoch: UInt64
    private var serial: UInt64

    init(index: KeyIndex.Reader, usage: UsageLane, epoch: UInt64, number: Int) {
        self.index = index
        self.usage = usage
        self.epoch = epoch
        serial = UInt64(number) << 48
    }

    /// Everything up to this revision is in force.
    package var revision: UInt64 { index.revision }

    /// Before the first Validate of a batch.
    package func enter() {
        index.enter()
    }

    /// After the last: from here on no record that was found may be used.
    package func leave() {
        index.leave()
    }

    /// Never the same twice: the run, the loop in 16 bits, and a count of 48, which lasts eight years at a million a
    /// second.
    func nextUsageID() -> UsageID {
        serial &+= 1
        return UsageID(epoch: epoch, serial: serial)
    }
}
