// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension Call {
    /// Its name in the contract.
    var name: String {
        switch self {
        case .createKey: "CreateKey"
        case .getKey: "GetKey"
        case .listKeys: "ListKeys"
        case .updateKey: "UpdateKey"
        case .rekeyKey: "RekeyKey"
        case .retireSecrets: "RetireSecrets"
        case .revokeKey: "RevokeKey"
        case .revokeAllKeys: "RevokeAllKeys"
        case .validate: "Validate"
        case .validateBatch: "ValidateBatch"
        case .reportOutcome: "ReportOutcome"
        case .streamUsage: "StreamUsage"
        case .getAccount: "GetAccount"
        case .updateAccount: "UpdateAccount"
        case .listAccounts: "ListAccounts"
        case .importKeys: "ImportKeys"
        case .whoAmI: "WhoAmI"
        case .health: "Health"
        case .snapshot: "Snapshot"
        }
    }

    /// What it asks for, if it changes keys or accounts.
    var mutation: (any MutatingRequest)? {
        switch self {
        case .createKey(let request): request
        case .updateKey(let request): request
        case .rekeyKey(let request): request
        case .retireSecrets(let request): request
        case .revokeKey(let request): request
        case .revokeAllKeys(let request): request
        case .updateAccount(let request): request
        case .getKey, .listKeys, .validate, .validateBatch, .streamUsage, .getAccount, .listAccounts, .whoAmI, .health,
            .snapshot:
            nil
        // What was imported before is left as it is, and of outcomes that were reported before, the last counts.
        case .importKeys, .reportOutcome: nil
        }
    }

    /// Whether nothing says that making it twice is the same as making it once: it changes something, and has no id that
    /// the server would know it by (B7). Such a call is never sent twice: whether the first was carried out cannot be
    /// known when its answer is lost.
    var isOnceOnly: Bool { mutation?.requestID.isEmpty ?? false }
}
