// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// How many calls are in flight, over all connections; what ends access has a reserve.
final class CallCensus: Sendable {
    private let calls = Atomic<Int>(0)
    private let pages = Atomic<Int>(0)
    private let most: Int

    init(most: Int) {
        self.most = most
    }

    /// Whether a call may begin; then `leave` is to be told of its end.
    func enter(_ call: Call) -> Bool {
        if call.isQuestionOfState { return true }
        if call.isPage { pages.wrappingAdd(1, ordering: .relaxed) }
        let isRoomForPage = !call.isPage || pages.load(ordering: .relaxed) <= Limits.pagesInFlight
        let room = call.isRevocation ? most + max(1, most / Limits.revocationReserveShare) : most
        if calls.wrappingAdd(1, ordering: .relaxed).newValue <= room, isRoomForPage { return true }
        leave(call)
        return false
    }

    func leave(_ call: Call) {
        if call.isQuestionOfState { return }
        if call.isPage { pages.wrappingSubtract(1, ordering: .relaxed) }
        calls.wrappingSubtract(1, ordering: .relaxed)
    }
}

extension Call {
    /// It ends somebody's access, and cannot wait.
    var isRevocation: Bool {
        switch self {
        case .revokeKey, .revokeAllKeys, .retireSecrets: true
        case .updateKey(let request): request.onlyDisables
        case .rekeyKey(let request): request.overlap == .zero
        case .createKey, .getKey, .listKeys, .getAccount, .updateAccount, .listAccounts, .importKeys, .whoAmI, .health,
            .snapshot, .validate, .validateBatch, .reportOutcome, .streamUsage:
            false
        }
    }

    /// Its answer may be as large as a frame may be.
    var isPage: Bool {
        switch self {
        case .listKeys, .listAccounts: true
        case .createKey, .getKey, .updateKey, .rekeyKey, .retireSecrets, .revokeKey, .revokeAllKeys, .getAccount,
            .updateAccount, .importKeys, .whoAmI, .health, .snapshot, .validate, .validateBatch, .reportOutcome,
            .streamUsage:
            false
        }
    }

    /// It is answered from memory, and is what whoever watches a server asks that has too much to do.
    fileprivate var isQuestionOfState: Bool {
        switch self {
        case .health, .whoAmI: true
        case .createKey, .getKey, .listKeys, .updateKey, .rekeyKey, .retireSecrets, .revokeKey, .revokeAllKeys,
            .getAccount, .updateAccount, .listAccounts, .importKeys, .snapshot, .validate, .validateBatch,
            .reportOutcome, .streamUsage:
            false
        }
    }
}
