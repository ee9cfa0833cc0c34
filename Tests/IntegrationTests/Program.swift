// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The program as it was built, run as a process of its own.
final class Program: Sendable {
    let process: Process
    private let output: Captured
    private let errors: Captured
    private let input: Pipe
    private let exit: AsyncStream<Int32>

    /// Where the build put `latchkey`: beside the tests.
    static var path: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("latchkey").path
    }

    /// - Parameter command: Another program to run it under, for example strace with its arguments.
    init(
        _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:], under command: [String] = []
    ) throws {
        let all = command + [Self.path] + arguments
        let (output, errors, input) = (Pipe(), Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: all[0])
        process.arguments = Array(all.dropFirst())
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.environment = ["PATH": "/usr/bin:/bin", "TERM": "dumb"].merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = input
        let (exit, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = {
            continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
            continuation.finish()
        }
        self.process = process
        self.exit = exit
        self.input = input
        self.output = Captured(output.fileHandleForReading)
        self.errors = Captured(errors.fileHandleForReading)
        try process.run()
    }

    /// Writes to its standard input and closes it.
    func send(_ text: String) {
        input.fileHandleForWriting.write(Data(text.utf8))
        try? input.fileHandleForWriting.close()
    }

    /// Waits for a line on standard error that holds `text`; `nil` when the program ends without it.
    func line(containing text: String) async -> String? {
        await errors.line(containing: text)
    }

    /// Waits for its end: the exit status, or minus the signal that ended it.
    func status() async -> Int32 {
        var iterator = exit.makeAsyncIterator()
        return await iterator.next(isolation: #isolation) ?? -255
    }

    /// Everything it has written, at its end.
    func written() async -> (output: String, errors: String) {
        (await output.all(), await errors.all())
    }

    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], input: String = "", in directory: String? = nil, environment: [String: String] = [:]
    ) async throws -> Run {
        let program = try Program(arguments, in: directory, environment: environment)
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

/// What comes out of a pipe, gathered as it comes.
private final class Captured: Sendable {
    private struct State {
        var data = Data()
        var isAtEnd = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    init(_ handle: FileHandle) {
        handle.readabilityHandler = { [self] handle in
            let more = handle.availableData
            if more.isEmpty { handle.readabilityHandler = nil }
            let resumed = state.withLock { state in
                state.data.append(more)
                state.isAtEnd = more.isEmpty
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in resumed { continuation.resume() }
        }
    }

    func all() async -> String {
        while !state.withLock({ $0.isAtEnd }) { await change(from: nil) }
        return text
    }

    func line(containing wanted: String) async -> String? {
        while true {
            let count = state.withLock { $0.data.count }
            if let line = text.split(separator: "\n").first(where: { $0.contains(wanted) }) { return String(line) }
            if state.withLock({ $0.isAtEnd }) { return nil }
            await change(from: count)
        }
    }

    private var text: String { String(decoding: state.withLock { $0.data }, as: UTF8.self) }

    /// Returns when something has come since there were `count` bytes, or at the end.
    private func change(from count: Int?) async {
        await withCheckedContinuation { continuation in
            let isOld = state.withLock { state in
                if state.isAtEnd || (count != nil && state.data.count != count) { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOld { continuation.resume() }
        }
    }
}
