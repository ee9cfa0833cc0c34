// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

extension Grant {
    /// As the command line has it: "acme/keys:create,read"; "*" for every action. An action that there is not is left
    /// out.
    package init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        let names = (parts.last ?? "").split(separator: ",")
        self.init(
            resource: String(parts.first ?? ""),
            actions: ActionSet(Action.allCases.filter { names == ["*"] || names.contains(Substring("\($0)")) }))
    }
}

extension CreateKeyRequest {
    /// A caller with these grants, each as text.
    package static func caller(
        _ grants: [String], name: String = "caller", ips: [String] = [], expiry: Expiry? = nil, requestID: [UInt8] = []
    ) -> CreateKeyRequest {
        CreateKeyRequest(
            accountID: AccountSettings.callersID, userID: "u-1", name: name, allowedIPs: ips,
            grants: grants.map(Grant.init), expiry: expiry, requestID: requestID)
    }
}
