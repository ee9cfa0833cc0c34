// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyServer
import KeyTesting
import Testing

@testable import latchkey

@Suite struct MemoryLimitTests {
    /// A system of control groups that is made up, and what it says of a process in the groups of `lines`.
    private func limit(_ lines: String, _ files: [String: String]) throws -> Int? {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        for (path, text) in files {
            let file = URL(fileURLWithPath: directory.path("system/\(path)"))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let groups = directory.path("groups")
        try Data(lines.utf8).write(to: URL(fileURLWithPath: groups))
        return MemoryLimit.bytes(system: directory.path("system"), groups: groups)
    }

    @Test("R13: the limit of memory is the least of the group's and of those that it is in, in both versions")
    func groups() throws {
        let second = "0::/a.slice/b.service\n"
        #expect(try limit(second, ["a.slice/b.service/memory.max": "67108864\n"]) == 67_108_864)
        #expect(try limit(second, ["a.slice/b.service/memory.max": "max\n", "a.slice/memory.max": "4096\n"]) == 4_096)
        #expect(try limit(second, ["a.slice/b.service/memory.max": "max\n"]) == nil)
        let first = "9:name=systemd:/x\n4:cpu,memory:/c/d\n0::/\n"
        let file = "memory.limit_in_bytes"
        #expect(try limit(first, ["memory/c/d/\(file)": "8192\n", "memory/\(file)": "9223372036854771712\n"]) == 8_192)
        // In a container its own group's directory is what is mounted.
        #expect(try limit(first, ["memory/\(file)": "4096\n"]) == 4_096)
        #expect(try limit(first, ["x/\(file)": "1\n", "memory/\(file)": "9223372036854771712\n"]) == nil)
        #expect(try limit(first, ["memory/\(file)": "much\n"]) == nil)
        #expect(try limit("nonsense\n4:memory\n", [:]) == nil)
        #expect(MemoryLimit.bytes(groups: "/nonexistent") == nil)
    }

    @Test("R13: connections may take the half of the memory; one there may be")
    func connections() {
        let limits = ConnectionLimits()
        #expect(limits.fitting(memory: 64 << 20, isEncrypted: false).connections == 2_048)
        #expect(limits.fitting(memory: 64 << 20, isEncrypted: true).connections == 682)
        #expect(limits.fitting(memory: 1 << 40, isEncrypted: true).connections == limits.connections)
        for memory in [0, 1, -1, Int.min] {
            #expect(limits.fitting(memory: memory, isEncrypted: true).connections == 1)
        }
    }
}
