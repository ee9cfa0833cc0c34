// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a call is about, which says what its caller must have a right to.
public enum CallTarget: Sendable, Equatable {
    /// Nothing that lies in an account.
    case service
    /// Whatever the caller may see of all accounts.
    case everyAccount
    case accounts([String])
    /// A key's id, as the request has it.
    case key(String)
}
