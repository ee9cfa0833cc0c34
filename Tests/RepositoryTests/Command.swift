// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that has run to its end.
struct Command: Sendable {
    let status: Int32
    /// What it printed, on either stream.
    let output: String

    /// Runs a program of the PATH, in the repository's root, without holding a thread while it does.
    static func run(_ arguments: String...) async throws -> Command { try await run(arguments) }

    static func run(_ arguments: [String]) async throws -> Command {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("output")
            try Data().write(to: file)
            let output = try FileHandle(forWritingTo: file)
            defer { try? output.close() }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            process.currentDirectoryURL = Repository.root
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            let status: Int32 = try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                do {
                    try process.run()
                } catch {
                    process.terminationHandler = nil
                    continuation.resume(throwing: error)
                }
            }
            return Command(status: status, output: try String(contentsOf: file, encoding: .utf8))
        }
    }
}

/// Gives `body` an empty directory of its own and removes it afterwards.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("latchkey-tests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
