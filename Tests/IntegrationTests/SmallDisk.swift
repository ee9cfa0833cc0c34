// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

/// A small file system in memory, of a test's own: what fills it fills nothing else.
///
/// A process that does nothing holds it in a mount namespace of its own, and the service is run inside that. So it
/// takes no more than the right to make a namespace, which root has and others have in a user namespace, no other
/// program sees the mount, and it is gone when that process ends, also when the tests are killed.
final class SmallDisk: Sendable {
    private let directory: TemporaryDirectory
    private let holder: Program

    init(mebibytes: Int) async throws {
        directory = try TemporaryDirectory()
        let script = "mount -t tmpfs -o size=\(mebibytes)m,mode=0700 tmpfs \"$0\" && echo mounted >&2 && read line"
        holder = try Program(
            (Self.isRoot ? [] : ["--user", "--map-root-user"]) + ["--mount", "/bin/sh", "-c", script, directory.path],
            program: "/usr/bin/unshare")
        guard await holder.line(containing: "mounted") != nil else {
            let errors = await holder.written().errors
            Issue.record(
                """
                no small disk, so this cannot be tested here; mounting a tmpfs takes root's right to do so \
                (CAP_SYS_ADMIN) or unprivileged user namespaces: \(errors)
                """)
            throw CancellationError()
        }
    }

    deinit {
        holder.send("\n")
    }

    private static var isRoot: Bool { geteuid() == 0 }

    /// What the service is to be run under to see the disk.
    var command: [String] {
        ["/usr/bin/nsenter", "--target", "\(holder.processIdentifier)", "--mount"]
            + (Self.isRoot ? [] : ["--user", "--preserve-credentials"])
    }

    /// A name on the disk, as the service sees it.
    func path(_ name: String) -> String { directory.path(name) }

    /// The same from outside.
    func outside(_ name: String) -> String {
        "/proc/\(holder.processIdentifier)/root\(directory.path(name))"
    }

    /// Takes so much of the space.
    func fill(_ name: String, mebibytes: Int) throws {
        try Data(count: mebibytes * 1024 * 1024).write(to: URL(fileURLWithPath: outside(name)))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: outside(name))
    }
}
