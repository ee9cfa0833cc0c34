// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// How much memory the control group of this process may take: a container's limit, or `MemoryMax=` of a unit.
enum MemoryLimit {
    /// In bytes, the least of the group's and of those that it is in; `nil` = there is none, or it cannot be read.
    ///
    /// As cgroups(7) has them, version 2 in `memory.max` and version 1 in `memory.limit_in_bytes`.
    static func bytes(system: String = "/sys/fs/cgroup", groups: String = "/proc/self/cgroup") -> Int? {
        guard let lines = try? String(contentsOfFile: groups, encoding: .utf8) else { return nil }
        return lines.split(separator: "\n").compactMap { line -> Int? in
            // number:controllers:path, with no controllers in version 2.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            if fields[1].isEmpty { return least("memory.max", in: system, fields[2]) }
            if !fields[1].split(separator: ",").contains("memory") { return nil }
            return least("memory.limit_in_bytes", in: system + "/memory", fields[2])
        }.min()
    }

    /// From the group's directory up to where the system is mounted; in a container the group's own may not be there.
    private static func least(_ name: String, in mount: String, _ path: Substring) -> Int? {
        var parts = path.split(separator: "/")
        var found: [Int] = []
        while true {
            let file = ([mount] + parts.map(String.init) + [name]).joined(separator: "/")
            if let bytes = read(file) { found.append(bytes) }
            if parts.popLast() == nil { return found.min() }
        }
    }

    /// Version 1 says a number of about 2^63 when there is no limit, version 2 a word.
    private static func read(_ path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let bytes = Int(text.filter { !$0.isWhitespace }), bytes < 1 << 60
        else { return nil }
        return bytes
    }
}
