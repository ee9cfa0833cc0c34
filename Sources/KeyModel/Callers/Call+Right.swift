// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

extension Call {
    /// `nil` = none: whoever reaches the service may make it.
    public var right: CallRight? {
        switch self {
        case .createKey, .importKeys: CallRight(.keys, .create)
        case .getKey, .listKeys: CallRight(.keys, .read)
        case .updateKey, .rekeyKey, .retireSecrets: CallRight(.keys, .update)
        case .revokeKey, .revokeAllKeys: CallRight(.keys, .delete)
        case .validate, .validateBatch: .validate
        case .streamUsage: CallRight(.usage, .read)
        case .reportOutcome: .report
        case .getAccount, .listAccounts: CallRight(.accounts, .read)
        case .updateAccount: CallRight(.accounts, .update)
        case .snapshot: CallRight(.store, .create)
        case .whoAmI, .health: nil
        }
    }

    public var target: CallTarget {
        switch self {
        case .createKey(let request): .accounts([request.accountID])
        case .getKey(let request): .key(request.keyID)
        case .listKeys(let request): .accounts([request.accountID])
        case .updateKey(let request): .key(request.keyID)
        case .rekeyKey(let request): .key(request.keyID)
        case .retireSecrets(let request): .key(request.keyID)
        case .revokeKey(let request): .key(request.keyID)
        case .revokeAllKeys(let request): .accounts([request.accountID])
        case .validate, .validateBatch, .reportOutcome, .streamUsage, .listAccounts: .everyAccount
        case .getAccount(let request): .accounts([request.accountID])
        case .updateAccount(let request): .accounts([request.accountID])
        case .importKeys(let request): .accounts(request.keys.map(\.accountID))
        case .whoAmI, .health, .snapshot: .service
        }
    }

    /// Whether whoever has these rights may make it, by what the request says alone.
    ///
    /// - Throws: PERMISSION_DENIED to who has the right nowhere, or not where he would make something. What he may not see
    ///   is for whoever carries the call out to be silent about.
    public func check(_ rights: CallerRights) throws(Refusal) {
        guard let right else { return }
        let scope = rights.scope(of: right)
        switch target {
        case .service: if !rights.allows(right) { throw .notPermitted(right) }
        case .everyAccount, .key: if scope.isEmpty { throw .notPermitted(right) }
        case .accounts(let ids):
            if scope.isEmpty { throw .notPermitted(right) }
            guard isMaking, let other = ids.first(where: { !scope.contains($0) }) else { return }
            throw .notPermitted(other == AccountSettings.callersID ? right.inCallersAccount() : right)
        }
    }

    /// Whether it would make what is not there yet: then that it may not be made is no secret.
    public var isMaking: Bool {
        switch self {
        case .createKey, .importKeys, .updateAccount: true
        case .getKey, .listKeys, .updateKey, .rekeyKey, .retireSecrets, .revokeKey, .revokeAllKeys, .validate,
            .validateBatch, .reportOutcome, .streamUsage, .getAccount, .listAccounts, .whoAmI, .health, .snapshot:
            false
        }
    }
}
