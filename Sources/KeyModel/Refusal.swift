// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Why a call was refused, as it is told to the caller.
public struct Refusal: Error, Sendable, Equatable {
    public var code: StatusCode
    /// Stable for ever, for programs.
    public var reason: Reason
    /// For a person; says what to do.
    public var message: String
    public var violations: [FieldViolation]
    /// When set: trying again earlier is pointless.
    public var retryAfter: TimeSpan?

    public init(
        _ code: StatusCode, _ reason: Reason, _ message: String, violations: [FieldViolation] = [],
        retryAfter: TimeSpan? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.violations = violations
        self.retryAfter = retryAfter
    }

    /// INVALID_ARGUMENT with every field that is wrong.
    public static func invalid(_ violations: [FieldViolation]) -> Refusal {
        let list = violations.map { "\($0.field): \($0.description)" }.joined(separator: "; ")
        return Refusal(.invalidArgument, .invalidField, list, violations: violations)
    }

    /// UNIMPLEMENTED with every field that this version cannot honour.
    public static func unimplemented(fields: [String], in call: String) -> Refusal {
        Refusal(
            .unimplemented, .fieldNotImplemented,
            "\(call) does not honour \(fields.joined(separator: ", ")) in this version; leave it unset",
            violations: fields.map { FieldViolation($0, "not implemented in this version; leave it unset") }
        )
    }

    /// NOT_FOUND for a key's id.
    public static func noSuchKey(_ id: String) -> Refusal {
        Refusal(.notFound, .keyNotFound, "there is no key \(id)")
    }

    /// NOT_FOUND for an account's id.
    public static func noSuchAccount(_ id: String) -> Refusal {
        Refusal(
            .notFound, .accountNotFound, "there is no account \(id); it comes into being with its first key or setting")
    }

    /// UNAUTHENTICATED, whatever the reason: a stranger is told nothing.
    public static let callerRequired = Refusal(
        .unauthenticated, .callerRequired, "this takes a caller's token that is in force; see `latchkey caller`")

    /// PERMISSION_DENIED, naming the right.
    public static func notPermitted(_ right: CallRight) -> Refusal {
        Refusal(
            .permissionDenied, .rightMissing,
            "the caller may not do this; it takes a grant on \(right.resource.rawValue) with \(right.action)")
    }

    /// PERMISSION_DENIED: nobody hands on more than he has.
    public static let rightsExceeded = Refusal(
        .permissionDenied, .rightsExceeded,
        "the caller would have, or has, more rights, more addresses or a later end than you have")

    /// FAILED_PRECONDITION: somebody must be left who can do everything, from anywhere and for good.
    public static let lastAdministrator = Refusal(
        .failedPrecondition, .lastAdministrator,
        "this is the last administrator without an end and a list of addresses; make another one before")

    public static let deadlineExceeded = Refusal(
        .deadlineExceeded, .deadlineExceeded, "the deadline passed before the call began; nothing was done")

    public static let streamDeadlineExceeded = Refusal(
        .deadlineExceeded, .deadlineExceeded, "the stream's deadline has come; nothing is lost, go on with another")

    /// UNAVAILABLE: a Validate's `min_revision` did not come in time.
    public static func revisionNotReached(_ wanted: UInt64, at revision: UInt64) -> Refusal {
        Refusal(
            .unavailable, .revisionNotReached,
            "the store is at revision \(revision), not yet at \(wanted); nothing was decided")
    }

    public static let streamCancelled = Refusal(.cancelled, .cancelled, "the stream was cancelled")

    public static let shuttingDown = Refusal(
        .unavailable, .shuttingDown, "the server is stopping; connect again shortly",
        retryAfter: .seconds(Limits.connectAgainSeconds))

    public static let tooManyConnections = Refusal(
        .resourceExhausted, .tooManyConnections,
        "the server holds as many connections as it may; share one, or try again shortly",
        retryAfter: .seconds(Limits.connectAgainSeconds))

    public static let tooManyPeerConnections = Refusal(
        .resourceExhausted, .tooManyPeerConnections,
        "the server holds as many connections of your address as it may; share one, or try again shortly",
        retryAfter: .seconds(Limits.connectAgainSeconds))

    /// UNAVAILABLE: there is more to do than can be done; the newest of it is not begun.
    public static let overloaded = Refusal(
        .unavailable, .overloaded, "the server has more to do than it can; nothing was done, try again shortly",
        retryAfter: .milliseconds(Limits.overloadRetryMilliseconds))

    /// RESOURCE_EXHAUSTED: tokens were wrong too often, and this one is.
    public static func tooManyFailures(_ retryAfter: TimeSpan) -> Refusal {
        Refusal(
            .resourceExhausted, .tooManyFailures,
            "too many tokens from this address were wrong, and so is this one; try again later",
            retryAfter: retryAfter)
    }

    /// Of a connection as a whole: the first frame did not come in time.
    public static let firstFrameTimeout = Refusal(
        .deadlineExceeded, .firstFrameTimeout, "no frame came in time after connecting; connect when there is one")

    /// Likewise: a frame began and did not end in time.
    public static let frameTimeout = Refusal(
        .deadlineExceeded, .frameTimeout, "a frame did not come whole in time; send each in one go")

    /// Likewise: there was nothing to do.
    public static let idleTimeout = Refusal(
        .unavailable, .idleTimeout, "nothing was asked for so long that the connection is closed; connect again")

    /// Likewise: the peer does not read what it asked for.
    public static let slowReader = Refusal(
        .resourceExhausted, .slowReader,
        "as much waits to be read as may; ask for less at once, or read faster")

    /// INTERNAL: the answer is larger than a frame may be.
    public static let replyTooLarge = Refusal(
        .internal, .replyTooLarge, "the answer would be larger than a frame may be; whatever was asked has been done")
}

/// One field that was refused.
public struct FieldViolation: Sendable, Equatable {
    /// Its path in the request.
    public var field: String
    /// What is wrong with it and what would be right.
    public var description: String

    public init(_ field: String, _ description: String) {
        self.field = field
        self.description = description
    }
}

/// The canonical gRPC codes, by number. A peer's unknown number reads as `unknown`.
public enum StatusCode: Int32, Sendable, CaseIterable {
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    /// As gRPC writes it: INVALID_ARGUMENT.
    public var name: String {
        switch self {
        case .cancelled: "CANCELLED"
        case .unknown: "UNKNOWN"
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .permissionDenied: "PERMISSION_DENIED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .outOfRange: "OUT_OF_RANGE"
        case .unimplemented: "UNIMPLEMENTED"
        case .internal: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .dataLoss: "DATA_LOSS"
        case .unauthenticated: "UNAUTHENTICATED"
        }
    }
}

/// Stable names for programs. An open type: a newer server may send one that this version does not know.
public struct Reason: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let invalidField = Reason(rawValue: "INVALID_FIELD")
    public static let fieldNotImplemented = Reason(rawValue: "FIELD_NOT_IMPLEMENTED")
    public static let callNotImplemented = Reason(rawValue: "CALL_NOT_IMPLEMENTED")
    public static let callMissing = Reason(rawValue: "CALL_MISSING")
    public static let callUnknown = Reason(rawValue: "CALL_UNKNOWN")
    public static let frameTooLarge = Reason(rawValue: "FRAME_TOO_LARGE")
    public static let replyTooLarge = Reason(rawValue: "REPLY_TOO_LARGE")
    public static let frameUndecodable = Reason(rawValue: "FRAME_UNDECODABLE")
    public static let idInvalid = Reason(rawValue: "ID_INVALID")
    public static let keyNotFound = Reason(rawValue: "KEY_NOT_FOUND")
    public static let accountNotFound = Reason(rawValue: "ACCOUNT_NOT_FOUND")
    public static let callerRequired = Reason(rawValue: "CALLER_REQUIRED")
    public static let rightMissing = Reason(rawValue: "RIGHT_MISSING")
    public static let rightsExceeded = Reason(rawValue: "RIGHTS_EXCEEDED")
    public static let lastAdministrator = Reason(rawValue: "LAST_ADMINISTRATOR")
    public static let keyRevoked = Reason(rawValue: "KEY_REVOKED")
    public static let keyExpired = Reason(rawValue: "KEY_EXPIRED")
    public static let activeKeyLimit = Reason(rawValue: "ACTIVE_KEY_LIMIT")
    public static let revisionMismatch = Reason(rawValue: "REVISION_MISMATCH")
    public static let keyCountMismatch = Reason(rawValue: "KEY_COUNT_MISMATCH")
    public static let downgradeTooLate = Reason(rawValue: "DOWNGRADE_TOO_LATE")
    public static let keyExists = Reason(rawValue: "KEY_EXISTS")
    public static let tooManySecrets = Reason(rawValue: "TOO_MANY_SECRETS")
    public static let tooManyStreams = Reason(rawValue: "TOO_MANY_STREAMS")
    public static let usageLogOff = Reason(rawValue: "USAGE_LOG_OFF")
    public static let requestIDReused = Reason(rawValue: "REQUEST_ID_REUSED")
    public static let requestIDsFull = Reason(rawValue: "REQUEST_IDS_FULL")
    public static let secretGone = Reason(rawValue: "SECRET_GONE")
    public static let storeFull = Reason(rawValue: "STORE_FULL")
    public static let storeBusy = Reason(rawValue: "STORE_BUSY")
    public static let diskFull = Reason(rawValue: "DISK_FULL")
    public static let deadlineExceeded = Reason(rawValue: "DEADLINE_EXCEEDED")
    public static let revisionNotReached = Reason(rawValue: "REVISION_NOT_REACHED")
    public static let cancelled = Reason(rawValue: "CANCELLED")
    public static let shuttingDown = Reason(rawValue: "SHUTTING_DOWN")
    public static let storeFailed = Reason(rawValue: "STORE_FAILED")
    public static let connectionLost = Reason(rawValue: "CONNECTION_LOST")
    public static let connectionRefused = Reason(rawValue: "CONNECTION_REFUSED")
    public static let tooManyConnections = Reason(rawValue: "TOO_MANY_CONNECTIONS")
    public static let tooManyPeerConnections = Reason(rawValue: "TOO_MANY_PEER_CONNECTIONS")
    public static let firstFrameTimeout = Reason(rawValue: "FIRST_FRAME_TIMEOUT")
    public static let frameTimeout = Reason(rawValue: "FRAME_TIMEOUT")
    public static let idleTimeout = Reason(rawValue: "IDLE_TIMEOUT")
    public static let slowReader = Reason(rawValue: "SLOW_READER")
    public static let overloaded = Reason(rawValue: "OVERLOADED")
    public static let tooManyFailures = Reason(rawValue: "TOO_MANY_FAILURES")
    public static let protocolViolation = Reason(rawValue: "PROTOCOL_VIOLATION")
}
