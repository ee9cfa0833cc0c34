// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// How a request ended, as it was reported. Of several of one event, the last counts.
public struct UsageOutcome: Sendable, Equatable {
    /// Of its event.
    public var usageID: [UInt8]
    public var httpStatus: UInt32
    /// When it was reported.
    public var time: Timestamp
    /// Of its event, as what follows; empty when the log no longer had that in memory, or when it recognised no key.
    public var keyID: String
    public var accountID: String
    public var userID: String
    /// `nil` = the event is not known any more.
    public var verdict: Verdict?
    public var superseded: Bool

    public init(
        usageID: [UInt8], httpStatus: UInt32, time: Timestamp, keyID: String = "", accountID: String = "",
        userID: String = "", verdict: Verdict? = nil, superseded: Bool = false
    ) {
        self.usageID = usageID
        self.httpStatus = httpStatus
        self.time = time
        self.keyID = keyID
        self.accountID = accountID
        self.userID = userID
        self.verdict = verdict
        self.superseded = superseded
    }
}
