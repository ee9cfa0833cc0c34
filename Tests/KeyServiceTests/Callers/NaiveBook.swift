// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// The keys and callers of the walk, as a person would keep them in a book.
struct NaiveBook {
    struct Entry {
        let id: String
        let account: String
        var grants: [String] { didSet { rights = worked() } }
        var ips: [String] { didSet { rights = worked() } }
        var end: Int64? { didSet { rights = worked() } }
        private(set) var rights: NaiveRights
        var isEnabled = true
        var isRevoked = false
        /// Every token that it ever had, with the time at which an old one ends, newest first.
        var tokens: [(token: String, end: Int64?)]

        init(id: String, account: String, grants: [String], ips: [String], end: Int64?, token: String) {
            (self.id, self.account, self.grants, self.ips, self.end) = (id, account, grants, ips, end)
            tokens = [(token, nil)]
            rights = NaiveRights(grants: grants, ips: ips, end: end)
        }

        private func worked() -> NaiveRights { NaiveRights(grants: grants, ips: ips, end: end) }

        func isOver(_ now: Int64) -> Bool { end.map { $0 <= now } ?? false }

        mutating func endOldTokens(_ time: Int64) {
            for place in tokens.indices.dropFirst() { tokens[place].end = min(tokens[place].end ?? .max, time) }
        }
    }

    /// Those that are there from the beginning; the walk makes no others.
    static let accounts = ["acme", "other", "acm", "latchkey"]

    private(set) var entries: [Entry] = []
    private var places: [String: Int] = [:]
    private var owners: [String: Int] = [:]

    subscript(id: String) -> Int? { places[id] }

    mutating func add(_ entry: Entry) {
        places[entry.id] = entries.count
        owners[entry.tokens[0].token] = entries.count
        entries.append(entry)
    }

    mutating func addToken(_ token: String, to id: String) {
        guard let place = places[id] else { return }
        owners[token] = place
        entries[place].tokens.insert((token, nil), at: 0)
    }

    /// Whose token it is, whatever has become of it.
    func owner(_ token: String) -> Int? { owners[token] }

    /// What whoever presents a token from a place may do; `nil` = he is nobody.
    func rights(_ token: String?, from place: String, _ now: Int64) -> NaiveRights? {
        guard let token, let owner = owner(token) else { return nil }
        let entry = entries[owner]
        let place = NaiveRights.everywhere.contains(place) ? place : "any other"
        let end = entry.tokens.first { $0.token == token }?.end ?? .max
        guard entry.account == "latchkey", entry.isEnabled, !entry.isRevoked, !entry.isOver(now), now < end,
            entry.rights.places.contains(place)
        else { return nil }
        // What he hands on is to last no longer than the token he comes with.
        let last = min(entry.end ?? .max, end)
        return NaiveRights(grants: entry.grants, ips: entry.ips, end: last == .max ? nil : last)
    }

    /// Whether nobody else is left who may do everything, from everywhere, for good.
    private func isLast(_ id: String) -> Bool {
        let left = entries.indices.filter { place in
            entries[place].account == "latchkey" && entries[place].isEnabled && !entries[place].isRevoked
                && entries[place].rights.isLasting
        }
        return left.map { entries[$0].id } == [id]
    }

    // MARK: Judging

    /// Why something is refused; `nil` when it is done, and then it is in the book.
    mutating func judge(_ deed: Deed, by rights: NaiveRights?, _ now: Int64) -> Reason? {
        guard let rights else { return .callerRequired }
        switch deed {
        case .create(let account, let grants, let ips, let end):
            if !rights.may("create", "keys", account) { return .rightMissing }
            let new = NaiveRights(grants: grants, ips: ips, end: end)
            return account != "latchkey" || rights.mayHandOn(new) ? nil : .rightsExceeded
        case .get(let id):
            return find(id, "read", rights)
        case .list(let account), .account(let account):
            let resource = if case .list = deed { "keys" } else { "accounts" }
            if !rights.mayAnywhere("read", resource) { return .rightMissing }
            let isThere = Self.accounts.contains(account)
            return isThere && rights.may("read", resource, account) ? nil : .accountNotFound
        case .accounts:
            return rights.mayAnywhere("read", "accounts") ? nil : .rightMissing
        case .update(let id, let change):
            return find(id, "update", rights) ?? update(id, change, rights, now)
        case .rekey(let id, let overlap):
            return find(id, "update", rights) ?? rekey(id, overlap, rights, now)
        case .revoke(let id):
            return find(id, "delete", rights) ?? revoke(id)
        case .validate:
            return NaiveRights.accounts.contains { rights.may("read", "validation", $0) } ? nil : .rightMissing
        }
    }

    /// What Validate says of a token to who may ask.
    func verdict(_ token: String, for rights: NaiveRights, _ now: Int64) -> Verdict {
        guard let owner = owner(token) else { return .malformed }
        let entry = entries[owner]
        if entry.account == "latchkey" || !rights.may("read", "validation", entry.account) { return .notFound }
        if entry.isRevoked { return .revoked }
        if !entry.isEnabled { return .disabled }
        let end = entry.tokens.first { $0.token == token }?.end ?? .max
        return now < end ? .valid : .superseded
    }

    private func find(_ id: String, _ action: String, _ rights: NaiveRights) -> Reason? {
        if !rights.mayAnywhere(action, "keys") { return .rightMissing }
        guard let place = self[id], rights.may(action, "keys", entries[place].account) else { return .keyNotFound }
        return nil
    }

    private mutating func update(_ id: String, _ change: Deed.Change, _ rights: NaiveRights, _ now: Int64) -> Reason? {
        guard let place = self[id] else { return .keyNotFound }
        let before = entries[place]
        if before.isRevoked { return .keyRevoked }
        var after = before
        switch change {
        case .enabled(let isEnabled): after.isEnabled = isEnabled
        case .grants(let grants): after.grants = grants
        case .ips(let ips): after.ips = ips
        case .end(let end): after.end = end
        }
        if before.account == "latchkey" {
            if !rights.mayHandOn(before.rights) || !rights.mayHandOn(after.rights) { return .rightsExceeded }
            if !after.isEnabled || !after.rights.isLasting, isLast(id) { return .lastAdministrator }
        }
        if !after.isEnabled { after.endOldTokens(now) }
        if before.isOver(now), let end = before.end { after.endOldTokens(end) }
        entries[place] = after
        return nil
    }

    private mutating func rekey(_ id: String, _ overlap: Int64, _ rights: NaiveRights, _ now: Int64) -> Reason? {
        guard let place = self[id] else { return .keyNotFound }
        var entry = entries[place]
        if entry.isRevoked { return .keyRevoked }
        if entry.isOver(now) { return .keyExpired }
        let end = entry.isEnabled ? now + overlap : now
        if overlap == 0 { entry.endOldTokens(now) }
        let live = entry.tokens.dropFirst().count { ($0.end ?? .max) > now }
        if live + (end > now ? 2 : 1) > Limits.liveSecrets { return .tooManySecrets }
        if entry.account == "latchkey", !rights.mayHandOn(entry.rights) { return .rightsExceeded }
        entry.tokens[0].end = end
        entries[place] = entry
        return nil
    }

    private mutating func revoke(_ id: String) -> Reason? {
        guard let place = self[id] else { return .keyNotFound }
        if !entries[place].isRevoked, isLast(id) { return .lastAdministrator }
        entries[place].isRevoked = true
        return nil
    }
}
