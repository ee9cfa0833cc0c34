// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Who needs a caller's token, and who is an administrator without one.
package struct CallerPolicy: Sendable {
    /// Whether calls take a caller at all; without it, whoever reaches the door may do everything.
    package let isRequired: Bool
    /// Users of this machine who are administrators on the Unix socket, by their uids.
    package let administrators: Set<UInt32>

    /// - Parameter administrators: By default the user that the service runs as.
    package init(isRequired: Bool = true, administrators: Set<UInt32> = [geteuid()]) {
        self.isRequired = isRequired
        self.administrators = administrators
    }
}
