// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
internal import KeyWire

extension IdentifiedRequest {
    /// `nil` when it has no id, or is about a key that there is not: that is refused, and so not remembered.
    package init?<Request: MutatingRequest>(_ request: Request, caller: String, in state: StoreState) {
        if request.requestID.isEmpty { return nil }
        guard let account = state.account(of: request.target) else { return nil }
        var bare = request
        bare.requestID = []
        let fingerprint = CallFingerprint(bare.call)
        self.init(
            scope: RequestScope(
                caller: caller, call: fingerprint.number, accountID: account, requestID: request.requestID),
            hash: fingerprint.bytes.withUnsafeBytes { sha256($0) })
    }

    /// What its secret is sealed for.
    var sealContext: [UInt8] { hash.bytes + scope.requestID }
}
