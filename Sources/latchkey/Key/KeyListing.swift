// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a list is of, for the words at its end.
struct KeyListing {
    let accountID: String
    /// When there is none of what was asked for: "account acme has no".
    let none: String
    /// What lists it again: "key list --account acme".
    let command: [String]
}

/// A key as one line of a table.
protocol KeyLine {
    var header: String { get }
    func text(_ key: Key, now: Timestamp) -> String
}
