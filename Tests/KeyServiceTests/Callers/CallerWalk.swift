// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting

/// Somebody who speaks on one connection of the walk.
struct WalkSpeaker {
    enum Identity {
        /// The Unix socket's user, who may do everything.
        case user
        case token(String)
        case nobody
    }

    let voice: Voice
    let place: String
    var identity: Identity

    func rights(in book: NaiveBook, _ now: Int64) -> NaiveRights? {
        switch identity {
        case .user: .everything
        case .token(let token): book.rights(token, from: place, now)
        case .nobody: nil
        }
    }
}

/// A random walk of callers, keys and calls, of which the naive book says beforehand what comes of each.
final class CallerWalk {
    private let house: House
    private var random: SplitMix64
    private var book = NaiveBook()
    private var speakers: [WalkSpeaker] = []
    private(set) var failures: [String] = []
    /// How often each came out: "done", a reason, or a verdict.
    private(set) var tally: [String: Int] = [:]

    init(seed: UInt64) async throws {
        house = try await House()
        random = SplitMix64(seed: seed)
        let first = NaiveBook.Entry(
            id: house.administratorID, account: "latchkey", grants: ["*:*", "callers:*"], ips: [], end: nil,
            token: house.token)
        book.add(first)
        for account in ["acme", "other", "acm"] {
            _ = await house.administrator.ask(
                .updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: 0)))
        }
        for place in 0..<12 {
            let ip = ["", "10.1.2.3", "10.200.0.1", "192.0.2.9", "198.51.100.1"][place % 5]
            let isUser = place < 3
            speakers.append(
                WalkSpeaker(
                    voice: Voice(house.counter, ip: isUser ? "" : ip, authority: isUser ? .administrator : nil),
                    place: isUser ? "" : ip, identity: isUser ? .user : .nobody))
        }
    }

    private var now: Int64 { house.counter.service.now().nanoseconds }

    func run(steps: Int) async {
        for step in 0..<steps {
            if chance(10) { house.clock.advance(by: .milliseconds(Int64.random(in: 0...600_000, using: &random))) }
            let place = Int.random(in: 0..<speakers.count, using: &random)
            // Only the first stays the Unix socket's user; who is nobody asks for his token again and again.
            let isSomebody = speakers[place].rights(in: book, now) != nil
            if place > 0, chance(isSomebody ? 12 : 75) { authorize(place, step) }
            let deed = deed()
            let expected = await judged(deed, by: place)
            let told = await told(deed, by: place)
            tally[told, default: 0] += 1
            if told != expected {
                failures.append("step \(step): \(deed) by \(speakers[place].identity): \(told), not \(expected)")
            }
        }
    }

    private func authorize(_ place: Int, _ step: Int) {
        let token = token()
        let isSomebody = book.rights(token, from: speakers[place].place, now) != nil
        let told = speakers[place].voice.authorize(token)
        speakers[place].identity = isSomebody ? .token(token) : .nobody
        tally[isSomebody ? "authorized" : "not authorized", default: 0] += 1
        if told != isSomebody { failures.append("step \(step): authorize: \(told), not \(isSomebody)") }
    }

    /// What the book says comes of it; it is in the book then.
    private func judged(_ deed: Deed, by place: Int) async -> String {
        let rights = speakers[place].rights(in: book, now)
        if let reason = book.judge(deed, by: rights, now) { return reason.rawValue }
        guard let rights else { return "nobody" }
        switch deed {
        case .validate(let token): return book.verdict(token, for: rights, now).name
        case .list(let account), .account(let account):
            return "done \(book.entries.count { $0.account == account })"
        case .accounts:
            let seen = NaiveBook.accounts.filter { $0 != "latchkey" && rights.may("read", "accounts", $0) }
            return "done \(seen.sorted())"
        case .create, .get, .update, .rekey, .revoke: return "done"
        }
    }

    /// What comes of it, and what the book needs of the reply.
    private func told(_ deed: Deed, by place: Int) async -> String {
        let voice = speakers[place].voice
        do {
            guard let call = deed.call else {
                guard case .validate(let token) = deed else { return "nothing" }
                return try voice.validate(token).verdict.name
            }
            switch try await voice.ask(call).get() {
            case .createKey(let made):
                guard case .create(let account, let grants, let ips, let end) = deed else { break }
                book.add(
                    .init(
                        id: "\(made.key.id)", account: account, grants: grants, ips: ips, end: end, token: made.secret))
            case .rekeyKey(let made):
                book.addToken(made.secret, to: "\(made.key.id)")
            case .listKeys(let page): return "done \(page.total)"
            case .getAccount(let reply): return "done \(reply.account.totalKeys)"
            case .listAccounts(let page): return "done \(page.accounts.map(\.settings.id))"
            case .getKey, .updateKey, .revokeKey, .retireSecrets, .revokeAllKeys, .validate, .validateBatch,
                .reportOutcome, .streamUsage, .updateAccount, .importKeys, .whoAmI, .health, .snapshot:
                break
            }
            return "done"
        } catch {
            return error.reason.rawValue
        }
    }

    // MARK: Drawing

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private func pick<Element>(_ choices: [Element], or other: Element) -> Element {
        choices.randomElement(using: &random) ?? other
    }

    private func deed() -> Deed {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12: .create(account: "latchkey", grants: grants(), ips: ips(), end: end())
        case 12..<18: .create(account: pick(["acme", "other", "acm"], or: ""), grants: [], ips: [], end: nil)
        case 18..<28: .get(id())
        case 28..<35: .list(account())
        case 35..<40: .account(account())
        case 40..<45: .accounts
        case 45..<69: update()
        case 69..<79: .rekey(chance(40) ? book.entries[0].id : id(), overlap: chance(20) ? 0 : 3_600_000_000_000)
        case 79..<82: .revoke(id())
        default: .validate(chance(20) ? token() : keyToken())
        }
    }

    private func account() -> String { pick(["acme", "other", "acm", "latchkey", "nowhere"], or: "") }

    /// Of a key of somebody's service only whether it is enabled is in the book.
    private func update() -> Deed {
        let id = id()
        let isCaller = book[id].map { book.entries[$0].account == "latchkey" } ?? true
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3 where isCaller: return .update(id, .grants(grants()))
        case 3..<5 where isCaller: return .update(id, .ips(ips()))
        case 5..<7 where isCaller: return .update(id, .end(end()))
        default: return .update(id, .enabled(chance(65)))
        }
    }

    /// Lately made ones, most of them; sometimes of the first few, so that those have a life.
    private func entry() -> NaiveBook.Entry {
        let count = book.entries.count
        for _ in 0..<3 {
            let first = chance(15) ? 0 : chance(70) ? max(0, count - 20) : 0
            let place = first == 0 && chance(60) ? 0..<min(3, count) : first..<count
            let entry = book.entries[Int.random(in: place, using: &random)]
            if !entry.isRevoked { return entry }
        }
        return book.entries[0]
    }

    private func id() -> String { chance(4) ? "000000000000" : entry().id }

    private func token() -> String {
        if chance(6) { return "no token" }
        var entry = entry()
        for _ in 0..<3 where !entry.isEnabled || entry.account != "latchkey" { entry = self.entry() }
        let tokens = entry.tokens.map(\.token)
        return chance(70) ? tokens[0] : pick(tokens, or: "")
    }

    private func keyToken() -> String {
        let keys = book.entries.suffix(40).filter { $0.account != "latchkey" }
        return pick(pick(keys, or: entry()).tokens.map(\.token), or: "")
    }

    private func grants() -> [String] {
        if chance(20) { return ["*:*", "callers:*"] }
        let known = [
            "*:*", "*:read", "callers:*", "callers:create,read", "callers:update,delete", "keys:*", "keys:read",
            "keys:create,update", "acme/keys:*", "acme/*:*", "acm/*:read", "other/keys:create,read", "validation:read",
            "acme/validation:read", "usage:read", "accounts:read", "other/accounts:read", "store:create", "audit:read",
        ]
        return Array(Set((0..<Int.random(in: 1...4, using: &random)).map { _ in pick(known, or: "") }).sorted())
    }

    private func ips() -> [String] {
        if chance(60) { return [] }
        return pick(
            [["10.0.0.0/8"], ["10.1.0.0/16"], ["192.0.2.0/24"], ["10.0.0.0/8", "192.0.2.0/24"]], or: [])
    }

    private func end() -> Int64? { chance(70) ? nil : now + Int64.random(in: 1...100, using: &random) * 60_000_000_000 }
}
