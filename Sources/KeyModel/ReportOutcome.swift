// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// How requests ended that were allowed, for the usage log (R17). Reporting one again is harmless: the last counts.
public struct ReportOutcomeRequest: Sendable, Equatable {
    /// 1 to `Limits.reportedOutcomes`.
    public var outcomes: [ReportedOutcome]

    public init(outcomes: [ReportedOutcome]) {
        self.outcomes = outcomes
    }
}

/// How one request ended.
public struct ReportedOutcome: Sendable, Equatable {
    /// The 16 bytes of `ValidateResponse.usageID`.
    public var usageID: [UInt8]
    /// 100 to 599.
    public var httpStatus: UInt32

    public init(usageID: [UInt8], httpStatus: UInt32) {
        self.usageID = usageID
        self.httpStatus = httpStatus
    }
}

public struct ReportOutcomeResponse: Sendable, Equatable {
    /// The first so many were taken; the rest is to be reported again, a little later.
    public var accepted: UInt32

    public init(accepted: UInt32) {
        self.accepted = accepted
    }
}
