// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// The sockets that whoever started the program has opened for it and passed on: sd_listen_fds(3).
///
///     LISTEN_PID=process id   for whom they are; a child of that process must not take them
///     LISTEN_FDS=count        descriptors 3, 4, ...
///     LISTEN_FDNAMES=a:b      what their units call them
enum PassedDescriptors {
    struct Descriptor: Equatable {
        let number: CInt
        /// Empty if it has none.
        let name: String
    }

    /// The first one that is passed: behind standard input, output and error.
    private static let first: CInt = 3

    /// What was passed to this process. Marks them as not to be passed on.
    static func take() throws -> [Descriptor] {
        let passed = try read(Environment.value, process: getpid())
        for descriptor in passed { _ = fcntl(descriptor.number, F_SETFD, FD_CLOEXEC) }
        return passed
    }

    /// What the variables say, `[]` when they are not for this process.
    static func read(_ variable: (String) -> String?, process: pid_t) throws -> [Descriptor] {
        guard let owner = variable("LISTEN_PID"), pid_t(owner) == process, let text = variable("LISTEN_FDS")
        else { return [] }
        guard let count = Int(text), (0...Limits.passedSockets).contains(count) else {
            throw CommandFailure(
                "LISTEN_FDS is '\(text)', not a number of sockets from 0 to \(Limits.passedSockets)",
                hint: "let a socket unit set it", status: .usage)
        }
        let names = variable("LISTEN_FDNAMES")?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        return (0..<count).map { index in
            Descriptor(number: first + CInt(index), name: index < names.count ? String(names[index]) : "")
        }
    }
}
