// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file operation that failed: what was tried on which path, and the system's number and words for it.
package struct StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// As a verb, for a message: "write".
    package let operation: String
    package let path: String
    /// The errno.
    package let code: Int32

    package init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The system's words for `code`.
    package var text: String {
        guard let words = strerror(code) else { return "error \(code)" }
        return String(cString: words)
    }

    /// Whether it is for want of space (or quota), which may heal.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether this process or the system has too many files open, which passes.
    package var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

    /// Whether something has that name.
    package var isThereAlready: Bool { code == EEXIST }

    package var description: String { "\(operation) \(path): \(text) (errno \(code))" }
}
