// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

/// What the process does for its secrets by default.
@Suite struct ProcessHygieneTests {
    @Test("R3: no core file, keys locked in memory and left out of images, and no backtrace of a crash")
    func hygiene() async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let server = try await ServeProcess(
            data: directory.path("data"), environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"])
        let process = server.program.processIdentifier
        #expect(try Self.limit("Max core file size", of: process) == ["0", "0"])
        let image = try MemoryImage(of: process)
        let heap = image.regions.filter { $0.flags.isSuperset(of: ["dd", "wr"]) && $0.residentKilobytes > 0 }
        #expect(heap.isEmpty == false)
        #expect(heap.allSatisfy { $0.flags.contains("lo") } == true)
        server.program.signal(SIGSEGV)
        #expect(await server.program.status() == -SIGSEGV)
        let errors = await server.program.written().errors
        #expect(!errors.contains("Crashed") && !errors.contains("Registers"), "\(errors.suffix(500))")
    }

    @Test("R3: other processes of its user cannot look into it", .enabled(if: Self.canDropPrivileges))
    func dumpable() async throws {
        // It asks for a secret, and waits.
        for (environment, owner) in [([:], "0"), (["LATCHKEY_ALLOW_DUMPS": "1"], "65534")] {
            let program = try Program(
                ["key", "validate"], environment: environment,
                under: ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups"])
            try await Self.wait { try Self.name(of: program.processIdentifier) == "latchkey" }
            try await Self.wait { try Self.owner(of: program.processIdentifier) == owner }
            program.send("")
            _ = await program.status()
        }
    }

    private static var canDropPrivileges: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    }

    private static func limit(_ name: String, of process: pid_t) throws -> [String] {
        let text = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.dropFirst(name.count).split(separator: " ").prefix(2).map(String.init)
    }

    private static func name(of process: pid_t) throws -> String {
        try String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// The kernel gives what is not dumpable to root.
    private static func owner(of process: pid_t) throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: "/proc/\(process)/limits")
        return (attributes[.ownerAccountID] as? NSNumber)?.stringValue ?? ""
    }

    /// Asks again and again, up to a bound that a program needs to start.
    private static func wait(until isSo: () throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !isSo() {
            try #require(ContinuousClock.now < end)
            await Task.yield()
        }
    }
}
