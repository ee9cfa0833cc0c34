// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The answer to Validate, by number as in the contract. A client treats a number it does not know as a denial.
public enum Verdict: UInt32, Sendable, CaseIterable {
    case valid = 1
    case malformed = 2
    case notFound = 3
    case revoked = 4
    case disabled = 5
    case expired = 6
    case superseded = 7
    case clientIPRequired = 8
    case ipNotAllowed = 9
    case resourceRequired = 10
    case permissionDenied = 11
    case fieldNotAllowed = 12
    case rateLimited = 13

    /// As the contract writes it, without the prefix.
    public var name: String {
        switch self {
        case .valid: "VALID"
        case .malformed: "MALFORMED"
        case .notFound: "NOT_FOUND"
        case .revoked: "REVOKED"
        case .disabled: "DISABLED"
        case .expired: "EXPIRED"
        case .superseded: "SUPERSEDED"
        case .clientIPRequired: "CLIENT_IP_REQUIRED"
        case .ipNotAllowed: "IP_NOT_ALLOWED"
        case .resourceRequired: "RESOURCE_REQUIRED"
        case .permissionDenied: "PERMISSION_DENIED"
        case .fieldNotAllowed: "FIELD_NOT_ALLOWED"
        case .rateLimited: "RATE_LIMITED"
        }
    }

    /// The HTTP status that fits.
    public var httpStatus: UInt32 {
        switch self {
        case .valid: 200
        case .malformed, .notFound, .revoked, .disabled, .expired, .superseded, .clientIPRequired, .ipNotAllowed: 401
        case .resourceRequired, .permissionDenied, .fieldNotAllowed: 403
        case .rateLimited: 429
        }
    }

    /// What a person who runs the service can do about it; empty for `valid`.
    public var message: StaticString {
        switch self {
        case .valid: ""
        case .malformed: "not a token: its shape or checksum is wrong; check that it was copied whole"
        case .notFound: "no such key, or not one of its secrets"
        case .revoked: "the key was revoked, for good; issue a new one"
        case .disabled: "the key is deactivated; enable it to use it again"
        case .expired: "the key has expired; extend it or issue a new one"
        case .superseded: "an old secret past its overlap; use the one that the last re-keying gave"
        case .clientIPRequired: "the key is restricted to addresses and the client's was not given"
        case .ipNotAllowed: "the key may not be used from this address"
        case .resourceRequired: "the key has grants and no resource was named"
        case .permissionDenied: "no grant of the key covers this resource and action"
        case .fieldNotAllowed: "a requested field is outside the key's grant"
        case .rateLimited: "the key is used too often; try again later"
        }
    }

    /// What may be shown to whoever holds the key; empty for `valid`.
    public var publicMessage: StaticString {
        switch self {
        case .valid: ""
        case .malformed, .notFound, .revoked, .disabled, .expired, .superseded, .clientIPRequired, .ipNotAllowed:
            "invalid API key"
        case .resourceRequired, .permissionDenied, .fieldNotAllowed: "not allowed with this API key"
        case .rateLimited: "too many requests"
        }
    }
}

/// Some verdicts, in the order in which the contract checks them, which is the order of their numbers.
public struct VerdictSet: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// Bit n = the verdict with the number n.
    private var bits: UInt32 = 0

    public init(arrayLiteral verdicts: Verdict...) {
        for verdict in verdicts { insert(verdict) }
    }

    public var isEmpty: Bool { bits == 0 }

    /// The one that is checked before the others.
    public var first: Verdict? { isEmpty ? nil : Verdict(rawValue: UInt32(bits.trailingZeroBitCount)) }

    public mutating func insert(_ verdict: Verdict) { bits |= 1 << verdict.rawValue }

    public mutating func remove(_ verdict: Verdict) { bits &= ~(1 << verdict.rawValue) }

    public func contains(_ verdict: Verdict) -> Bool { bits & 1 << verdict.rawValue != 0 }

    /// First to last, without an allocation.
    public func forEach(_ body: (Verdict) -> Void) {
        var rest = self
        while let next = rest.first {
            body(next)
            rest.remove(next)
        }
    }

    public var verdicts: [Verdict] { Verdict.allCases.filter(contains) }
}
