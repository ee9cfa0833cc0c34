// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

extension Call {
    /// Its name in the contract.
    var name: String {
        switch self {
        case .createKey: "CreateKey"
        case .getKey: "GetKey"
        case .updateKey: "UpdateKey"
        case .rekeyKey: "RekeyKey"
        case .retireSecrets: "RetireSecrets"
        case .revokeKey: "RevokeKey"
        case .validate: "Validate"
        case .validateBatch: "ValidateBatch"
        case .streamUsage: "StreamUsage"
        case .getAccount: "GetAccount"
        case .updateAccount: "UpdateAccount"
        case .whoAmI: "WhoAmI"
        case .health: "Health"
        case .snapshot: "Snapshot"
        }
    }

    /// Whether it changes keys or accounts. Such a call is never sent twice: whether the first was carried out
    /// cannot be known when its answer is lost.
    var isMutation: Bool {
        switch self {
        case .createKey, .updateKey, .rekeyKey, .retireSecrets, .revokeKey, .updateAccount: true
        case .getKey, .validate, .validateBatch, .streamUsage, .getAccount, .whoAmI, .health, .snapshot: false
        }
    }
}
