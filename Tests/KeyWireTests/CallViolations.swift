// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

extension Call {
    /// How much is wrong with it by the rules that hold without a store.
    var violationCount: Int {
        switch self {
        case .createKey(let request): request.violations.count
        case .getKey(let request): request.violations.count
        case .listKeys(let request): request.violations.count
        case .updateKey(let request): request.violations.count
        case .rekeyKey(let request): request.violations.count
        case .retireSecrets(let request): request.violations.count
        case .revokeKey(let request): request.violations.count
        case .revokeAllKeys(let request): request.violations.count
        case .streamUsage(let request): request.violations.count
        case .getAccount(let request): request.violations.count
        case .updateAccount(let request): request.violations.count
        case .listAccounts(let request): request.violations.count
        case .importKeys(let request): request.violations.count
        case .validate, .validateBatch, .reportOutcome, .whoAmI, .health, .snapshot: 0
        }
    }
}
