// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// How much more than `Limits.mutationBytes` a record takes on disk, at most, for what its key is restricted by.
extension KeyRules {
    public var storedBytes: Int { Self.storedBytes(allowedIPs: allowedIPs.count, grants) }

    static func storedBytes(allowedIPs: Int, _ grants: [Grant]) -> Int {
        let grantBytes = grants.reduce(0) { sum, grant in
            sum + grant.resource.utf8.count + grant.fields.reduce(32) { $0 + $1.utf8.count + 4 }
        }
        return allowedIPs * (Limits.allowedIPBytes + 4) + grantBytes
    }
}

extension CreateKeyRequest {
    public var ruleBytes: Int { KeyRules.storedBytes(allowedIPs: allowedIPs.count, grants) }
}

extension UpdateKeyRequest {
    public var ruleBytes: Int { KeyRules.storedBytes(allowedIPs: allowedIPs?.count ?? 0, grants ?? []) }
}
