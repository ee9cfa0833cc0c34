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

    /// Whether it changes keys or accounts, and nothing says that doing so twice is the same as doing so once. Such a
    /// call is never sent twice: whether the first was carried out cannot be known when its answer is lost.
    var isMutation: Bool {
        switch self {
        case .createKey(let request): request.requestID.isEmpty
        case .updateKey(let request): request.requestID.isEmpty
        case .rekeyKey(let request): request.requestID.isEmpty
        case .retireSecrets(let request): request.requestID.isEmpty
        case .revokeKey(let request): request.requestID.isEmpty
        case .revokeAllKeys(let request): request.requestID.isEmpty
        case .updateAccount(let request): request.requestID.isEmpty
        // What was imported before is left as it is.
        case .getKey, .listKeys, .importKeys, .validate, .validateBatch, .streamUsage, .getAccount, .listAccounts,
            .whoAmI, .health,
            .snapshot:
            false
        }
    }
}
