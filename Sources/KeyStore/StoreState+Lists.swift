// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// R14: pages of an account's keys, newest first.
///
/// An account's keys stand in the order that they were made, and none ever leaves; a cursor is a key's place in it, so
/// it keeps its place whatever becomes of the key.
extension StoreState {
    package mutating func listKeys(
        _ request: ListKeysRequest, at time: Timestamp
    ) throws(Refusal) -> ListKeysResponse {
        let now = begin(at: time)
        let account = try knownAccount(request.accountID)
        let limit = request.limit == 0 ? Limits.defaultPage : Int(request.limit)
        var scan = KeyScan(account.places, of: keys, filter: request.filter, now: now)
        let total = account.count(request.filter)
        var page: [PublishedKey]
        if request.endingBefore.isEmpty {
            let start =
                try request.startingAfter.isEmpty
                ? account.places.count : place(request.startingAfter, in: account, "starting_after")
            scan.position = start
            if request.offset > 0 { scan.skip(Int(request.offset), total: total) }
            page = scan.older(limit)
        } else {
            scan.position = try place(request.endingBefore, in: account, "ending_before") + 1
            page = scan.newer(limit).reversed()
        }
        return scan.response(page, total: total)
    }

    /// Where a cursor's key stands among its account's.
    private func place(_ id: String, in account: AccountState, _ field: String) throws(Refusal) -> Int {
        guard let place = KeyID(id).flatMap({ keys.place($0) }),
            let index = account.places.firstIndex(sorted: UInt32(place))
        else {
            throw .invalid([FieldViolation(field, "account \(account.settings.id) has no key \(id)")])
        }
        return index
    }
}

extension StoreState.AccountState {
    fileprivate func count(_ filter: KeyFilter) -> Int {
        switch filter {
        case .active: active
        case .inactive: places.count - active
        case .all: places.count
        }
    }
}
