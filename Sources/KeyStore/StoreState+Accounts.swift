// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What is decided about an account, and what a read of it shows.
extension StoreState {
    /// Returns the account, and whether its settings changed; makes it when there is none.
    package mutating func updateAccount(
        _ request: UpdateAccountRequest, at time: Timestamp
    ) throws(Refusal) -> (account: Account, changed: Bool) {
        let now = begin(at: time)
        let known = accounts[request.accountID]
        if known == nil, accounts.count >= Limits.accounts {
            throw Refusal(.resourceExhausted, .storeFull, "the store holds as many accounts as it may")
        }
        var settings = known?.settings ?? AccountSettings(id: request.accountID, createTime: now)
        if request.expectedRevision != 0, request.expectedRevision != settings.revision {
            throw Refusal(
                .aborted, .revisionMismatch,
                "account \(request.accountID) is at revision \(settings.revision), not \(request.expectedRevision); read it again and decide anew"
            )
        }
        if let cap = request.maxActiveKeys { settings.maxActiveKeys = cap }
        if let lifetime = request.defaultLifetime { settings.defaultLifetime = lifetime }
        if let prefix = request.tokenPrefix { settings.tokenPrefix = prefix }
        if let mustBePublic = request.requirePublicIPs { settings.requirePublicIPs = mustBePublic }
        if let window = request.downgradeWindow { settings.downgradeWindow = window }
        if let overlap = request.defaultOverlap { settings.defaultOverlap = overlap }
        if let known, known.settings == settings { return (shown(known), false) }
        settings.updateTime = now
        settings.revision = lastSequence + 1
        apply(settings)
        advance(to: settings.revision, at: now)
        return (try account(request.accountID, at: now), true)
    }

    package mutating func account(_ id: String, at time: Timestamp) throws(Refusal) -> Account {
        _ = begin(at: time)
        return shown(try knownAccount(id))
    }

    /// By id; of those in a scope.
    package mutating func listAccounts(
        _ request: ListAccountsRequest, in scope: AccountScope, at time: Timestamp
    ) -> ListAccountsResponse {
        _ = begin(at: time)
        let limit = request.limit == 0 ? Limits.defaultPage : Int(request.limit)
        let all = accountIDs(after: request.startingAfter)
        // The callers' account is no account that keys are listed by.
        let ids =
            scope.isEverything
            ? ArraySlice(all.prefix(limit + 2).filter { $0 != AccountSettings.callersID })
            : ArraySlice(scope.accounts.filter { $0 > request.startingAfter && accounts[$0] != nil }.sorted())
        let page = ids.prefix(limit).compactMap { accounts[$0].map(shown) }
        let hasMore = ids.count > limit
        return ListAccountsResponse(accounts: page, nextCursor: hasMore ? page.last?.settings.id ?? "" : "")
    }

    func knownAccount(_ id: String) throws(Refusal) -> AccountState {
        guard let account = accounts[id] else {
            throw .noSuchAccount(id)
        }
        return account
    }

    private func shown(_ account: AccountState) -> Account {
        Account(
            settings: account.settings, activeKeys: UInt64(account.active), totalKeys: UInt64(account.places.count))
    }
}
