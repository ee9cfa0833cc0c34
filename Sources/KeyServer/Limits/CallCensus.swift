// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// How many calls are in flight, over all connections; what only ends keys has a reserve.
final class CallCensus: Sendable {
    private let calls = Atomic<Int>(0)
    private let most: Int

    init(most: Int) {
        self.most = most
    }

    /// Whether a call may begin; then `leave` is to be told of its end.
    func enter(_ call: Call) -> Bool {
        let room = call.isRevocation ? most + max(1, most / Limits.revocationReserveShare) : most
        if calls.wrappingAdd(1, ordering: .relaxed).newValue <= room { return true }
        leave()
        return false
    }

    func leave() { calls.wrappingSubtract(1, ordering: .relaxed) }
}

extension Call {
    /// It only ends keys, and cannot wait.
    var isRevocation: Bool {
        switch self {
        case .revokeKey, .revokeAllKeys: true
        case .createKey, .getKey, .listKeys, .updateKey, .rekeyKey, .retireSecrets, .getAccount, .updateAccount,
            .listAccounts, .importKeys, .whoAmI, .health, .snapshot, .validate, .validateBatch, .reportOutcome,
            .streamUsage:
            false
        }
    }
}
