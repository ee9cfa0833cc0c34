// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// R14: pages of keys, by filtering the array of all.
extension ModelStore {
    /// The page; its cursors are judged by `complaint`, as there is more than one that leads on rightly.
    func list(_ request: ListKeysRequest, _ now: Timestamp) throws(Refusal) -> ListKeysResponse {
        let cursors = [request.startingAfter, request.endingBefore]
        let given = cursors.filter { !$0.isEmpty }.count + (request.offset > 0 ? 1 : 0)
        try Self.require(
            ModelRule.isAccount(request.accountID) && request.limit <= 100 && given <= 1
                && cursors.allSatisfy { $0.isEmpty || ModelRule.isKeyID($0) })
        _ = try account(request.accountID)
        for cursor in cursors where !cursor.isEmpty {
            try Self.require(keys(of: request.accountID).contains { $0.id.description == cursor })
        }
        let limit = request.limit == 0 ? 25 : Int(request.limit)
        let all = matching(request, now)
        let page =
            if !request.startingAfter.isEmpty {
                Array(all.filter { isOlder($0, than: request.startingAfter) }.prefix(limit))
            } else if !request.endingBefore.isEmpty {
                Array(all.filter { isNewer($0, than: request.endingBefore) }.suffix(limit))
            } else {
                Array(all.dropFirst(Int(request.offset)).prefix(limit))
            }
        return ListKeysResponse(
            total: UInt64(all.count), keys: page.map { $0.shown(at: now) }, nextCursor: "", previousCursor: "")
    }

    /// What is wrong with a page's cursors: each must lead to just those keys that come behind the page or before it, and
    /// be empty when there are none.
    func complaint(_ page: ListKeysResponse, _ request: ListKeysRequest, _ now: Timestamp) -> String? {
        let all = matching(request, now)
        let older = rest(all, page, request, isOlder: true)
        let newer = rest(all, page, request, isOlder: false)
        let foundOlder = all.filter { isOlder($0, than: page.nextCursor) }.map(\.id)
        let foundNewer = all.filter { isNewer($0, than: page.previousCursor) }.map(\.id)
        // Of an empty page at the end of all keys, the one at that end may be left out: no cursor lies beyond it.
        let isEmpty = page.keys.isEmpty
        let isOlderRight = foundOlder == older || (isEmpty && foundOlder == Array(older.dropFirst()))
        let isNewerRight = foundNewer == newer || (isEmpty && foundNewer == Array(newer.dropLast()))
        if page.nextCursor.isEmpty ? !older.isEmpty : older.isEmpty || !isOlderRight {
            return "next_cursor \"\(page.nextCursor)\" leads to \(foundOlder), not to \(older)"
        }
        if page.previousCursor.isEmpty ? !newer.isEmpty : newer.isEmpty || !isNewerRight {
            return "previous_cursor \"\(page.previousCursor)\" leads to \(foundNewer), not to \(newer)"
        }
        return nil
    }

    /// What a page leaves on one side of it.
    private func rest(
        _ all: [ModelKey], _ page: ListKeysResponse, _ request: ListKeysRequest, isOlder side: Bool
    ) -> [KeyID] {
        if let first = page.keys.first, let last = page.keys.last {
            let edge = (side ? last : first).id.description
            return all.filter { side ? isOlder($0, than: edge) : isNewer($0, than: edge) }.map(\.id)
        }
        // An empty page lies behind all that match, or before them.
        let isBehind = request.endingBefore.isEmpty
        return side == isBehind ? [] : all.map(\.id)
    }

    /// Newest first.
    private func matching(_ request: ListKeysRequest, _ now: Timestamp) -> [ModelKey] {
        keys(of: request.accountID).reversed().filter { key in
            let isActive = key.status(at: now) == .active
            switch request.filter {
            case .active: return isActive
            case .inactive: return !isActive
            case .all: return true
            }
        }
    }

    private func isOlder(_ key: ModelKey, than id: String) -> Bool { age(key.id.description) < age(id) }

    private func isNewer(_ key: ModelKey, than id: String) -> Bool { age(key.id.description) > age(id) }

    private func age(_ id: String) -> Int { keys.firstIndex { $0.id.description == id } ?? -1 }
}
