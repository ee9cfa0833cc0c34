// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The right that a call takes.
public struct CallRight: Sendable, Hashable {
    public let resource: CallerResource
    public let action: Action

    public init(_ resource: CallerResource, _ action: Action) {
        self.resource = resource
        self.action = action
    }

    /// The same, done to a caller: keys and accounts are callers where the account is theirs.
    package func inCallersAccount() -> CallRight {
        switch resource {
        case .keys, .accounts: CallRight(.callers, action)
        case .validation, .usage, .audit, .callers, .store: self
        }
    }
}

extension CallRight {
    /// That of Validate and ValidateBatch.
    public static let validate = CallRight(.validation, .read)
    /// That of ReportOutcome. A usage id does not say whose it is: who has it in some accounts only may tell how his own
    /// questions ended.
    public static let report = CallRight(.usage, .create)
}
