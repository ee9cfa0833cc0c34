// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// R13: what holds for the keys of the callers' account besides.
extension StoreState {
    /// A call is let in by what is published, and decided by what is known: its caller may have been revoked, narrowed or
    /// re-keyed by one that was decided before it. Throws unless he still is who was let in, with all that he had then.
    package func checkStanding(_ context: CallContext, at now: Timestamp) throws(Refusal) {
        guard let credential = context.credential else { return }
        guard let key = keys[credential.keyID]?.key, key.standing.status(at: now) == .active else {
            throw .callerRequired
        }
        if key.revision == credential.revision { return }
        let isLive = credential.generation.map { key.hasLive(generation: $0, at: now) } ?? true
        guard isLive, let authority = try? Authority(key),
            let had = context.authority, authority.contains(had)
        else { throw .callerRequired }
    }

    /// What was answered once is not answered again to who may not have it any more: the secret of a caller who may do
    /// more than he.
    func checkAnswer(_ answer: MutationAnswer, by authority: Authority?) throws(Refusal) {
        guard case .key(let record, _) = answer.left, let key = keys[record.key.id]?.key else { return }
        try checkCaller(key, from: nil, by: authority)
    }

    /// Nobody hands on more than he has: neither a new caller nor one that is changed, re-keyed or extended may do more
    /// than he may, nor might it have before.
    func checkCaller(
        _ key: StoredKey, from before: StoredKey?, by authority: Authority?
    ) throws(Refusal) {
        guard key.accountID == AccountSettings.callersID else { return }
        var violations: [FieldViolation] = []
        if key.unrestricted { violations.append(FieldViolation("unrestricted", "a caller has grants; give it some")) }
        if key.rules?.rateLimit != nil { violations.append(FieldViolation("rate_limit", "a caller has none")) }
        if key.rules?.versionPin != nil { violations.append(FieldViolation("api_version", "a caller has none")) }
        if !violations.isEmpty { throw .invalid(violations) }
        for key in [before, key].compactMap(\.self) {
            guard let authority, authority.contains(try Authority(key)) else { throw .rightsExceeded }
        }
        if let before { try checkAdministratorLeft(after: key, from: before) }
    }

    /// Somebody must be left who can do everything, from anywhere and for good.
    func checkAdministratorLeft(after key: StoredKey, from before: StoredKey) throws(Refusal) {
        guard key.accountID == AccountSettings.callersID, before.isLastingAdministrator, !key.isLastingAdministrator
        else { return }
        let isLeft = callers.contains { $0.id != key.id && $0.isLastingAdministrator }
        if !isLeft { throw .lastAdministrator }
    }

    /// Whether there is an administrator that no time and no address ends.
    package var hasLastingAdministrator: Bool { callers.contains(where: \.isLastingAdministrator) }

    private var callers: some Sequence<StoredKey> {
        (accounts[AccountSettings.callersID]?.places ?? []).lazy.map { keys.records[Int($0)].key }
    }
}

extension StoredKey {
    fileprivate func hasLive(generation: UInt32, at now: Timestamp) -> Bool {
        current.generation == generation || old.contains { $0.secret.generation == generation && $0.deadline > now }
    }

    fileprivate var isLastingAdministrator: Bool {
        guard standing.revokeTime == nil, standing.enabled, let authority = try? Authority(self) else { return false }
        return authority.isLasting
    }
}
