// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The checkout that these tests are about: found from this file's own place in it.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func url(_ path: String) -> URL { root.appendingPathComponent(path) }

    static func text(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    /// The files under `folder` whose names end in `.` and `type`, as sorted paths relative to the root.
    static func files(under folder: String, type: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: url(folder).path)
            .filter { $0.hasSuffix("." + type) }
            .map { folder + "/" + $0 }
            .sorted()
    }

    /// The Swift files of `Sources` or `Tests`, read once for all tests.
    static func swiftFiles(under folder: String) throws -> [SwiftFile] {
        try swiftFiles.get().filter { $0.path.hasPrefix(folder + "/") }
    }

    private static let swiftFiles = Result {
        try ["Sources", "Tests"].flatMap { try files(under: $0, type: "swift") }
            .map { SwiftFile(path: $0, text: try text($0)) }
    }
}
