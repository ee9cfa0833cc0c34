// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What failures are counted of.
package struct FailureMeters: Sendable {
    /// Authorizations that are no caller's token in force, by the address that they come from.
    package let authorizations: FailureMeter
    /// Validates of tokens that are no key's, by the caller who asks and the address that he asks for.
    package let guesses: FailureMeter

    /// - Parameters: `nil` = not limited.
    package init(
        authorizations: RateLimit? = Limits.failedAuthorizations, guesses: RateLimit? = Limits.failedValidates
    ) {
        self.authorizations = FailureMeter(authorizations)
        self.guesses = FailureMeter(guesses)
    }
}

extension Verdict {
    /// The token was no key's: what somebody gets who tries tokens.
    @inlinable package var isGuess: Bool { self == .malformed || self == .notFound }
}
