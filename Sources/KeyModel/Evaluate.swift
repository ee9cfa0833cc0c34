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
}

/// Decides a Validate: the first check that fails is the verdict. Pure, and the only place where a verdict is decided.
///
/// The order is the contract's. A key's state is told only to who presented one of its secrets.
public func evaluate(_ presented: Presented, at now: Timestamp) -> Verdict {
    switch presented {
    case .malformed: return .malformed
    case .unknown: return .notFound
    case .secret(let standing, let deadline):
        switch standing.status(at: now) {
        case .revoked: return .revoked
        case .disabled: return .disabled
        case .expired: return .expired
        case .active: break
        }
        if let deadline, now >= deadline { return .superseded }
        return .valid
    }
}
