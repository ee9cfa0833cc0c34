// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Which accounts a caller may see when it makes a call.
public struct AccountScope: Sendable, Equatable {
    /// All accounts but the callers' own.
    public let isEverything: Bool
    /// The callers' own.
    public let withCallers: Bool
    public let accounts: Set<String>

    public init(isEverything: Bool, withCallers: Bool, accounts: Set<String> = []) {
        self.isEverything = isEverything
        self.withCallers = withCallers
        self.accounts = accounts
    }

    public static let everything = AccountScope(isEverything: true, withCallers: true)

    public var isEmpty: Bool { !isEverything && !withCallers && accounts.isEmpty }

    public func contains(_ account: String) -> Bool {
        account == AccountSettings.callersID ? withCallers : isEverything || accounts.contains(account)
    }
}
