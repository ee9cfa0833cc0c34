// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// B7: a mutation that its caller gave an id, reduced to what a retry of it is recognised by.
public struct IdentifiedRequest: Sendable {
    public let scope: RequestScope
    /// SHA-256 of what was asked, the id left out.
    public let hash: Digest

    public init(scope: RequestScope, hash: Digest) {
        self.scope = scope
        self.hash = hash
    }
}

/// Whose a request's id is: the same bytes from another caller, of another call or for another account are another id.
public struct RequestScope: Sendable, Hashable {
    public let caller: String
    /// The call's field number in ClientFrame.
    public let call: UInt32
    public let accountID: String
    /// 16 to 64 bytes.
    public let requestID: [UInt8]

    public init(caller: String, call: UInt32, accountID: String, requestID: [UInt8]) {
        self.caller = caller
        self.call = call
        self.accountID = accountID
        self.requestID = requestID
    }
}
