// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// One operation that fails: which, with what errno, and what it has done all the same.
package struct SimulatedFault: Sendable, Equatable {
    /// Counted from 1 since the disk was made or found.
    package let operation: Int
    /// The errno.
    package let code: Int32
    /// When the operation is a write: of its bytes, how many from the first are in the file before it fails.
    package let shortBytes: Int
    /// When the operation is a file's sync: what it should have written is dropped, as Linux does. Readers still see
    /// it and it looks clean, so no later sync writes it; only what is written again becomes durable. The file's size
    /// is not data: it stays to be synced.
    package let losesPages: Bool

    package init(operation: Int, code: Int32 = EIO, shortBytes: Int = 0, losesPages: Bool = false) {
        self.operation = operation
        self.code = code
        self.shortBytes = shortBytes
        self.losesPages = losesPages
    }
}
