// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// One entry of the usage log.
public struct UsageRecord: Sendable, Equatable {
    /// Rising, starting at 1. A marker carries the sequence the stream stands at.
    public var sequence: UInt64
    public var kind: Kind

    public enum Kind: Sendable, Equatable {
        case event(UsageEvent)
        /// A request has ended.
        case outcome(UsageOutcome)
        /// Events that this stream does not deliver.
        case gap(UsageGap)
        /// Everything before came from history.
        case live
        /// Nothing to tell for a while; the stream has come to this sequence.
        case heartbeat(Timestamp)
    }

    public init(sequence: UInt64, kind: Kind) {
        self.sequence = sequence
        self.kind = kind
    }
}

/// One answered Validate (R17). Never holds the presented secret.
public struct UsageEvent: Sendable, Equatable {
    public var time: Timestamp
    /// `nil` = one that this version does not know.
    public var verdict: Verdict?
    /// Empty, as the next three, when no key was recognised.
    public var keyID: String
    public var name: String
    public var accountID: String
    public var userID: String
    public var clientIP: String
    public var httpMethod: String
    public var path: String
    public var resource: String
    /// 0 for an allowed request, whose status comes as an outcome.
    public var httpStatus: UInt32
    public var generation: UInt32
    public var superseded: Bool
    public var message: String
    public var usageID: [UInt8]
    public var caller: String

    public init(
        time: Timestamp, verdict: Verdict?, keyID: String, name: String, accountID: String, userID: String,
        clientIP: String, httpMethod: String, path: String, resource: String, httpStatus: UInt32, generation: UInt32,
        superseded: Bool, message: String, usageID: [UInt8], caller: String
    ) {
        self.time = time
        self.verdict = verdict
        self.keyID = keyID
        self.name = name
        self.accountID = accountID
        self.userID = userID
        self.clientIP = clientIP
        self.httpMethod = httpMethod
        self.path = path
        self.resource = resource
        self.httpStatus = httpStatus
        self.generation = generation
        self.superseded = superseded
        self.message = message
        self.usageID = usageID
        self.caller = caller
    }
}

public struct UsageGap: Sendable, Equatable {
    public var firstSequence: UInt64
    public var count: UInt64
    public var reason: String

    public init(firstSequence: UInt64, count: UInt64, reason: String) {
        self.firstSequence = firstSequence
        self.count = count
        self.reason = reason
    }

    /// The subscriber read too slowly, and there is no log on disk to read on from.
    public static let slowReader = "SLOW_READER"
    /// Older than what is kept.
    public static let notKept = "NOT_RETAINED"
    /// The disk was full or failed: what happened was shown to whoever followed then, and is not kept.
    public static let notWritten = "NOT_WRITTEN"
    /// The service ended without a clean stop: these numbers were set aside, and what a power cut took had some of them.
    public static let restarted = "RESTART"
    /// A file of the log is damaged or gone.
    public static let damaged = "DAMAGED"
    /// More happened at once than the ring between an event loop and the log holds.
    public static let dropped = "DROPPED"
}
