// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting

/// What somebody of the walk does. Times are in nanoseconds, and `nil` is for good.
enum Deed {
    enum Change {
        case enabled(Bool)
        case grants([String])
        case ips([String])
        case end(Int64?)
    }

    case create(account: String, grants: [String], ips: [String], end: Int64?)
    case get(String)
    case list(String)
    case account(String)
    case accounts
    case update(String, Change)
    case rekey(String, overlap: Int64)
    case revoke(String)
    case validate(String)

    /// `nil` = Validate, which is asked another way.
    var call: Call? {
        switch self {
        case .create(let account, let grants, let ips, let end):
            .createKey(
                CreateKeyRequest(
                    accountID: account, userID: "u-1", name: "k", allowedIPs: ips, grants: grants.map(Grant.init),
                    unrestricted: account != "latchkey", expiry: Self.expiry(end)))
        case .get(let id): .getKey(GetKeyRequest(keyID: id))
        case .list(let account): .listKeys(ListKeysRequest(accountID: account, filter: .all))
        case .account(let account): .getAccount(GetAccountRequest(accountID: account))
        case .accounts: .listAccounts(ListAccountsRequest(limit: 100))
        case .update(let id, .enabled(let isEnabled)): .updateKey(UpdateKeyRequest(keyID: id, enabled: isEnabled))
        case .update(let id, .grants(let grants)):
            .updateKey(UpdateKeyRequest(keyID: id, grants: grants.map(Grant.init)))
        case .update(let id, .ips(let ips)): .updateKey(UpdateKeyRequest(keyID: id, allowedIPs: ips))
        case .update(let id, .end(let end)): .updateKey(UpdateKeyRequest(keyID: id, expiry: Self.expiry(end)))
        case .rekey(let id, let overlap):
            .rekeyKey(RekeyKeyRequest(keyID: id, overlap: TimeSpan(nanoseconds: overlap)))
        case .revoke(let id): .revokeKey(RevokeKeyRequest(keyID: id))
        case .validate: nil
        }
    }

    private static func expiry(_ end: Int64?) -> Expiry {
        end.map { .at(Timestamp(nanoseconds: $0)) } ?? .never
    }
}
