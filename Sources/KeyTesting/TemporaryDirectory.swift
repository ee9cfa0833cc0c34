// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A directory of its own for one test, removed with everything in it at the end.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        // Short, because a Unix socket's path has at most 107 bytes.
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("lk-\(UInt64.random(in: 0...UInt64.max))", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A name in the directory.
    package func path(_ name: String) -> String { "\(path)/\(name)" }
}
