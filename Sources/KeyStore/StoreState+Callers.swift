// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// R13: what holds for the keys of the callers' account besides.
extension StoreState {
    /// Throws unless the caller still is who was let in.
    func checkStanding(_ context: CallContext, at now: Timestamp) throws(Refusal) {
        try context.checkStanding(of: context.credential.flatMap { keys[$0.keyID]?.key }, at: now)
    }

    /// What a caller is told whose call is about what is there, but not for him: that it is not.
    func refusal(forTargetOf context: CallContext) -> Refusal? {
        switch context.target {
        case .key(let id):
            guard let key = KeyID(id).flatMap({ keys[$0]?.key }), !context.scope.contains(key.accountID) else {
                return nil
            }
            return .noSuchKey(id)
        case .accounts(let ids): return ids.first { !context.scope.contains($0) }.map { .noSuchAccount($0) }
        case .service, .everyAccount: return nil
        }
    }

    /// What was answered once is not answered again to who may not have it any more: the secret of a caller who may do
    /// more than he. That his secret is about to end is no matter: it may be the answer's that takes its place.
    func checkAnswer(_ answer: MutationAnswer, to context: CallContext) throws(Refusal) {
        guard case .key(let record, _) = answer.left, let key = keys[record.key.id]?.key else { return }
        let asking = try context.credential.flatMap { keys[$0.keyID]?.key }.map { key throws(Refusal) in
            try Authority(key)
        }
        try checkCaller(key, from: nil, by: asking ?? context.authority)
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
    fileprivate var isLastingAdministrator: Bool {
        guard standing.revokeTime == nil, standing.enabled, let authority = try? Authority(self) else { return false }
        return authority.isLasting
    }
}
