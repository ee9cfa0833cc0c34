// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The program as it was built, run as a process of its own.
///
/// Spawned by hand and waited for on threads of its own: Foundation's Process lets siblings inherit each other's pipes,
/// so that with several at once the end of one is seen only when the last has ended.
final class Program: Sendable {
    let processIdentifier: pid_t
    private let isTraced: Bool
    private let output: Captured
    private let errors: Captured
    private let input: FileHandle
    private let exit = Outcome<Int32>()

    /// `LATCHKEY_PROGRAM`, as a soak sets it, or where the build put `latchkey`: beside the tests.
    static var path: String {
        if let path = ProcessInfo.processInfo.environment["LATCHKEY_PROGRAM"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("latchkey").path
    }

    /// - Parameters:
    ///   - program: Another program, for what a test needs beside the service.
    ///   - command: Another program to run it under, for example strace with its arguments.
    ///   - descriptors: What it gets as its descriptors 3, 4, and so on.
    init(
        _ arguments: [String], program: String = Program.path, environment: [String: String] = [:],
        under command: [String] = [], descriptors: [Int32] = []
    ) throws {
        let variables = ["PATH": "/usr/bin:/bin", "TERM": "dumb"].merging(environment) { $1 }
        let child = try spawn(command + [program] + arguments, variables.map { "\($0)=\($1)" }, descriptors)
        processIdentifier = child.process
        // strace stays beside the program; whatever else is run first becomes it.
        isTraced = command.contains { $0.hasSuffix("/strace") }
        input = child.input
        output = Captured(child.output)
        errors = Captured(child.errors)
        Thread.detachNewThread { [exit, processIdentifier] in
            var status: Int32 = 0
            waitpid(processIdentifier, &status, 0)
            exit.settle(status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F))
        }
    }

    /// Writes to its standard input and closes it.
    func send(_ text: String) {
        try? input.write(contentsOf: Data(text.utf8))
        try? input.close()
    }

    /// Writes to its standard input, which stays open.
    func type(_ bytes: [UInt8]) {
        try? input.write(contentsOf: Data(bytes))
    }

    /// Waits for a line on standard error that holds `text`; `nil` when the program ends without it.
    func line(containing text: String) async -> String? {
        await errors.line(containing: text)
    }

    /// Waits for `text` on standard output; false when the program ends without it.
    func says(_ text: String) async -> Bool {
        await output.line(containing: text) != nil
    }

    /// Waits for its end: the exit status, or minus the signal that ended it.
    func status() async -> Int32 {
        await exit.value
    }

    /// Everything it has written, at its end.
    func written() async -> (output: String, errors: String) {
        (await output.all(), await errors.all())
    }

    /// Signals the program itself, also when it runs under another.
    func signal(_ number: Int32) {
        guard isTraced else {
            kill(processIdentifier, number)
            return
        }
        let children = try? String(
            contentsOfFile: "/proc/\(processIdentifier)/task/\(processIdentifier)/children", encoding: .utf8)
        if let child = children?.split(separator: " ").first.flatMap({ pid_t($0) }) { kill(child, number) }
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Run {
        let program = try Program(arguments, environment: environment)
        program.send(input)
        let status = await program.status()
        let (output, errors) = await program.written()
        return Run(status: status, output: output, errors: errors)
    }

    struct Run {
        var status: Int32
        var output: String
        var errors: String
    }
}

/// One process at a time: until a pipe's ends are marked, another that is spawned would inherit them.
private let spawning = Mutex(())

private func spawn(
    _ arguments: [String], _ variables: [String], _ descriptors: [Int32]
) throws -> (process: pid_t, input: FileHandle, output: FileHandle, errors: FileHandle) {
    try spawning.withLock { _ in
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for handle in [input, output, errors].flatMap({ [$0.fileHandleForReading, $0.fileHandleForWriting] }) {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        posix_spawn_file_actions_adddup2(&actions, input.fileHandleForReading.fileDescriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileHandleForWriting.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.fileHandleForWriting.fileDescriptor, 2)
        // First to numbers that none of them has, so that none is overwritten before it is passed.
        let copies = try descriptors.map { try copy(of: $0, above: 3 + Int32(descriptors.count)) }
        defer { for copy in copies { close(copy) } }
        for (index, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, 3 + Int32(index))
        }
        // The tests' own runner blocks and ignores signals that the program must get.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = variables.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process = pid_t()
        let code = posix_spawn(&process, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        for handle in [input.fileHandleForReading, output.fileHandleForWriting, errors.fileHandleForWriting] {
            try handle.close()
        }
        return (process, input.fileHandleForWriting, output.fileHandleForReading, errors.fileHandleForReading)
    }
}

private func copy(of descriptor: Int32, above lowest: Int32) throws -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest)
    guard copy >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EBADF) }
    return copy
}
