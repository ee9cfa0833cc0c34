// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What calls work on, as the grants of a caller name it (R13).
public enum CallerResource: String, Sendable, CaseIterable {
    case keys
    case validation
    case usage
    case accounts
    case audit
    /// The callers themselves. "*" does not stand for it.
    case callers
    /// The service's own files.
    case store

    /// Whether it lies in accounts, so that a right to it can be narrowed to some.
    var isInAccounts: Bool {
        switch self {
        case .keys, .validation, .usage, .accounts, .audit: true
        case .callers, .store: false
        }
    }

    /// Where its actions are in a table.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
