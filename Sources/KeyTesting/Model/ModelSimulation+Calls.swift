// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// A call to both, and what they must have answered alike.
extension ModelSimulation {
    mutating func make(_ call: Call) throws {
        command = .call(call)
        // A Validate sees what is on disk already, and all imports of a call go there together.
        let mustCommit =
            switch call {
            case .validate, .getKey, .importKeys: true
            default: false
            }
        if mustCommit { try commit() }
        let now = try time()
        let issued = issue(call)
        let found = try real.perform(call, issued, at: now)
        let before = model.sequence
        let expected = model.perform(call, issued, at: now)
        try compare(call, found, expected, now)
        outcome.count(call, expected)
        let sequence = real.life.state.lastSequence
        if model.sequence != sequence { throw Difference(expected: model.sequence, found: sequence) }
        if model.sequence != before { stages.append(model) }
        // Now and then some are decided before the first of them is on disk.
        if mustCommit || !draw.once(in: 4) { try commit() }
    }

    mutating func issue(_ call: Call) -> [ModelStore.Issued] {
        let id: KeyID?
        switch call {
        case .createKey: id = KeyID(draw.base62(KeyID.length))
        case .rekeyKey(let request): id = KeyID(request.keyID)
        case .importKeys(let request):
            return request.keys.map { .init(id: real.importedID($0.tokenSHA256), secret: "") }
        default: return []
        }
        let issued = ModelStore.Issued(id: id ?? KeyID(of: Digest()), secret: draw.base62(43))
        draw.tokens.append(ModelToken.text(prefix: "lk", idAndSecret: "\(issued.id)\(issued.secret)"))
        return [issued]
    }

    mutating func compare(
        _ call: Call, _ found: Result<Reply, Refusal>, _ expected: Result<Reply, Refusal>, _ now: Timestamp
    ) throws {
        if found.compared != expected.compared { throw Difference(expected: expected.compared, found: found.compared) }
        if case .listKeys(let request) = call, case .success(.listKeys(let page)) = found,
            let complaint = model.complaint(page, request, now)
        {
            throw Difference(expected: "cursors that lead on", found: complaint)
        }
        if case .validate(let request) = call, case .success(.validate(let answer)) = found {
            let isNew = usageIDs.insert(answer.usageID).inserted
            if request.explain ? !answer.usageID.isEmpty : answer.usageID.count != 16 || !isNew {
                throw Difference(expected: "a new usage id, and none with explain", found: answer.usageID)
            }
            if answer.message.isEmpty != (answer.verdict == .valid) {
                throw Difference(expected: "a message with a denial", found: answer.message)
            }
        }
    }

    /// All that is there, whether or not anybody asked.
    mutating func compareAll() throws {
        let now = try time()
        model.pass(to: now)
        outcome.count("whole states compared")
        try real.compareKeys(model.keys.map { $0.shown(at: now) }, at: now) {
            throw Difference(expected: $0, found: $1)
        }
        let ids = model.accounts.map(\.id).sorted()
        for id in ids {
            try compare(.getAccount(GetAccountRequest(accountID: id)), now)
            try compare(.listKeys(ListKeysRequest(accountID: id, filter: .active, limit: 100)), now)
        }
        try compare(.listAccounts(ListAccountsRequest(limit: 100)), now)
    }

    mutating func compare(_ read: Call, _ now: Timestamp) throws {
        try compare(read, try real.perform(read, [], at: now), model.perform(read, [], at: now), now)
    }
}

extension Result<Reply, Refusal> {
    /// What of it must be the same: words are free, an order of fields and the choice of cursors too.
    fileprivate var compared: Self {
        switch self {
        case .failure(let refusal): return .failure(Refusal(refusal.code, refusal.reason, ""))
        case .success(.listKeys(var page)):
            (page.nextCursor, page.previousCursor) = ("", "")
            return .success(.listKeys(page))
        case .success(.importKeys(var response)):
            for index in response.results.indices { response.results[index].message = "" }
            return .success(.importKeys(response))
        case .success(.validate(var answer)):
            (answer.message, answer.publicMessage, answer.usageID) = ("", "", [])
            answer.allowedFields.sort()
            return .success(.validate(answer))
        case .success: return self
        }
    }
}
