// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a call does to an account, and what is read of it.
extension ModelStore {
    func shown(_ account: Account, _ now: Timestamp) -> KeyModel.Account {
        var settings = AccountSettings(id: account.id, createTime: account.createTime)
        settings.maxActiveKeys = account.cap
        settings.defaultLifetime = account.lifetime
        settings.tokenPrefix = account.prefix
        settings.requirePublicIPs = account.mustBePublic
        settings.downgradeWindow = account.window
        settings.defaultOverlap = account.overlap
        settings.updateTime = account.updateTime
        settings.revision = account.revision
        let own = keys(of: account.id)
        let active = own.filter { $0.status(at: now) == .active }
        return KeyModel.Account(settings: settings, activeKeys: UInt64(active.count), totalKeys: UInt64(own.count))
    }

    mutating func update(_ request: UpdateAccountRequest, _ now: Timestamp) throws(Refusal) -> UpdateAccountResponse {
        let spans = request.defaultLifetime ?? request.downgradeWindow ?? request.defaultOverlap
        let isNothing =
            spans == nil && request.maxActiveKeys == nil && request.tokenPrefix == nil
            && request.requirePublicIPs == nil
        // An empty prefix stands for the default one.
        let prefix = request.tokenPrefix.map { $0.isEmpty ? "lk" : $0 }
        try Self.require(
            !isNothing && ModelRule.isAccount(request.accountID) && prefix.map(ModelRule.isPrefix) ?? true
                && request.defaultLifetime.map(ModelRule.isLifetime) ?? true
                && request.defaultOverlap.map(ModelRule.isOverlap) ?? true
                && request.downgradeWindow.map { $0 >= .zero && $0 <= .days(365) } ?? true)
        let isNew = !accounts.contains { $0.id == request.accountID }
        var account = settings(request.accountID, now)
        if request.expectedRevision != 0, request.expectedRevision != account.revision {
            throw Self.refusal(.aborted, .revisionMismatch)
        }
        let before = shown(account, now)
        account.cap = request.maxActiveKeys ?? account.cap
        account.lifetime = request.defaultLifetime ?? account.lifetime
        account.prefix = prefix ?? account.prefix
        account.mustBePublic = request.requirePublicIPs ?? account.mustBePublic
        account.window = request.downgradeWindow ?? account.window
        account.overlap = request.defaultOverlap ?? account.overlap
        if isNew || shown(account, now) != before {
            advance(now)
            (account.updateTime, account.revision) = (now, sequence)
            accounts.removeAll { $0.id == account.id }
            accounts.append(account)
        }
        return UpdateAccountResponse(account: shown(account, now), revision: account.revision)
    }

    func list(_ request: ListAccountsRequest, _ now: Timestamp) throws(Refusal) -> ListAccountsResponse {
        let cursor = request.startingAfter
        try Self.require(request.limit <= 100 && (cursor.isEmpty || ModelRule.isAccount(cursor)))
        let all = accounts.filter { $0.id > cursor }.sorted { $0.id < $1.id }
        let page = all.prefix(request.limit == 0 ? 25 : Int(request.limit))
        let more = page.count < all.count ? page.last?.id ?? "" : ""
        return ListAccountsResponse(accounts: page.map { shown($0, now) }, nextCursor: more)
    }
}
