// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Why certificates and keys cannot be used; says which file, and what to do about it.
package struct TLSFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// What a person can do about it.
    package let advice: String
    /// The same files may do by the next time.
    package let isPassing: Bool

    package init(_ description: String, advice: String, isPassing: Bool = false) {
        self.description = description
        self.advice = advice
        self.isPassing = isPassing
    }
}
