// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// R8, as it is written down: every key of an account that was not revoked before is, as of one sequence.
public struct RevokeAllRecord: Sendable, Equatable {
    public var accountID: String
    public var time: Timestamp
    /// How many that were.
    public var revoked: UInt64

    public init(accountID: String, time: Timestamp, revoked: UInt64) {
        self.accountID = accountID
        self.time = time
        self.revoked = revoked
    }
}
