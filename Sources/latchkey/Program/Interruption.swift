// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc
internal import Synchronization

/// An interrupt as an end that the program comes to by itself, so that it leaves everything in order.
enum Interruption {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// Runs `body`. The first SIGINT, SIGTERM or SIGHUP cancels its task; the second ends the process.
    ///
    /// - Returns: the signal that came, or `nil`.
    static func cancelling(_ body: @escaping @Sendable () async throws -> Void) async throws -> Int32? {
        let caught = Mutex<Int32?>(nil)
        let task = Task(operation: body)
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let isFirst = caught.withLock { caught in
                    defer { caught = number }
                    return caught == nil
                }
                if !isFirst { exit(128 + number) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            for number in numbers { signal(number, SIG_DFL) }
        }
        do {
            try await task.value
        } catch is CancellationError {
            // That is what the signal led to.
        }
        return caught.withLock { $0 }
    }
}
