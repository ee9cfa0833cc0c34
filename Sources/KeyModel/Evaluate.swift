// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What was presented to Validate, after the token was taken apart and its digest compared.
public enum Presented: Sendable, Equatable {
    /// Wrong shape or checksum.
    case malformed
    /// No such key, or none of its secrets: the two are not told apart.
    case unknown
    /// One of a key's secrets. `deadline` is when an old one ends or ended; `nil` for the current one.
    case secret(KeyStanding, deadline: Timestamp?)

    /// Whether it is one of a key's secrets.
    public var isRecognised: Bool {
        switch self {
        case .malformed, .unknown: false
        case .secret: true
        }
    }
}

/// What came of a Validate.
public struct Evaluation: Sendable, Equatable {
    /// What denies it: the first thing, or with `explain` everything.
    public var denials: VerdictSet = []
    /// What the grants say of the resource and action; nothing for a key that is unrestricted.
    public var coverage = Coverage()
    /// What the rate limit has come to; unchanged unless the verdict is VALID.
    public var rateTime: Int64
    /// With RATE_LIMITED: when to try again.
    public var retryAfter: TimeSpan?

    public var verdict: Verdict { denials.first ?? .valid }

    /// Returns whether nothing more has to be looked at.
    fileprivate mutating func deny(_ verdict: Verdict, _ question: ValidateQuestion) -> Bool {
        denials.insert(verdict)
        return !question.explain
    }
}

/// Decides a Validate: the first check that fails is the verdict. Pure, and the only place where a verdict is decided.
///
/// The order is the contract's. A key's state is told only to who presented one of its secrets. A check that makes no
/// sense after one that has failed is not made, with `explain` either: there is no action to judge without a resource,
/// and no field where nothing is covered.
///
/// - Parameters:
///   - rules: The key's; `nil` = it has none.
///   - isUnrestricted: Whether the key may do everything. One that is not, and has no grants, may do nothing.
///   - rateTime: What the key's rate limit has come to before this.
public func evaluate(
    _ presented: Presented, _ rules: KeyRules?, isUnrestricted: Bool, _ question: ValidateQuestion, rateTime: Int64,
    at now: Timestamp
) -> Evaluation {
    var found = Evaluation(rateTime: rateTime)
    switch presented {
    case .malformed: _ = found.deny(.malformed, question)
    case .unknown: _ = found.deny(.notFound, question)
    case .secret(let standing, let deadline):
        if standing.revokeTime != nil, found.deny(.revoked, question) { return found }
        if !standing.enabled, found.deny(.disabled, question) { return found }
        if standing.isExpired(at: now), found.deny(.expired, question) { return found }
        if let deadline, now >= deadline, found.deny(.superseded, question) { return found }
        if isUnrestricted, rules == nil { return found }
        judge(rules, isUnrestricted: isUnrestricted, question, at: now, &found)
    }
    return found
}

/// The checks of what a key is restricted by.
private func judge(
    _ rules: KeyRules?, isUnrestricted: Bool, _ question: ValidateQuestion, at now: Timestamp, _ found: inout Evaluation
) {
    if let rules, !rules.allowedIPs.isEmpty {
        if let address = question.clientAddress {
            if !rules.ranges.contains(address), found.deny(.ipNotAllowed, question) { return }
        } else if found.deny(.clientIPRequired, question) {
            return
        }
    }
    if !isUnrestricted {
        if question.resource.isEmpty {
            if found.deny(.resourceRequired, question) { return }
        } else {
            if let action = question.wantedAction, let rules {
                found.coverage = rules.compiled.coverage(of: question.resource, action)
            }
            if found.coverage.isNothing {
                if found.deny(.permissionDenied, question) { return }
            } else if !allowsAll(question, found.coverage, rules), found.deny(.fieldNotAllowed, question) {
                return
            }
        }
    }
    guard let pace = rules?.pace else { return }
    switch pace.decide(stored: found.rateTime, at: now) {
    case .allowed(let time):
        if found.denials.isEmpty { found.rateTime = time }
    case .denied(let retryAfter):
        found.retryAfter = retryAfter
        _ = found.deny(.rateLimited, question)
    }
}

private func allowsAll(_ question: ValidateQuestion, _ coverage: Coverage, _ rules: KeyRules?) -> Bool {
    if coverage.isEverything { return true }
    for index in 0..<question.fields.count {
        if rules?.allows(question.fields[index], coverage, question) != true { return false }
    }
    return true
}
