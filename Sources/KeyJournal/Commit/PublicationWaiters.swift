// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How far publication has come, and who waits for it to come further.
final class PublicationWaiters: Sendable {
    private struct Waiter {
        let sequence: UInt64
        let continuation: UnsafeContinuation<JournalError?, Never>
    }

    private struct State {
        /// Ascending by sequence.
        var waiters: [Waiter] = []
        /// Set once: nothing more will be published.
        var end: JournalError?
    }

    private let published: Atomic<UInt64>
    private let state = Mutex(State())

    init(published: UInt64) {
        self.published = Atomic(published)
    }

    var publishedSequence: UInt64 { published.load(ordering: .acquiring) }

    func wait(for sequence: UInt64) async throws(JournalError) {
        if publishedSequence >= sequence { return }
        // Unsafe but cheap: a waiter is resumed where it leaves the list, and it leaves the list once.
        let failure = await withUnsafeContinuation { (continuation: UnsafeContinuation<JournalError?, Never>) in
            let answer = state.withLock { state -> JournalError?? in
                // Again under the lock: `publish` raises the sequence before it takes the waiters.
                if publishedSequence >= sequence { return .some(nil) }
                if let end = state.end { return .some(end) }
                Self.insert(Waiter(sequence: sequence, continuation: continuation), into: &state.waiters)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        if let failure { throw failure }
    }

    func publish(_ sequence: UInt64) {
        published.store(sequence, ordering: .releasing)
        let ready = state.withLock { state -> [Waiter] in
            guard let last = state.waiters.last else { return [] }
            if last.sequence <= sequence {
                defer { state.waiters = [] }
                return state.waiters
            }
            let count = state.waiters.firstIndex { $0.sequence > sequence } ?? 0
            defer { state.waiters.removeFirst(count) }
            return Array(state.waiters[..<count])
        }
        for waiter in ready { waiter.continuation.resume(returning: nil) }
    }

    /// Everyone who waits, now or later, gets the error.
    func close(_ error: JournalError) {
        let all = state.withLock { state in
            state.end = error
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in all { waiter.continuation.resume(returning: error) }
    }

    /// Nearly always at the end: who asks later mostly asks for more.
    private static func insert(_ waiter: Waiter, into waiters: inout [Waiter]) {
        var place = waiters.count
        while place > 0, waiters[place - 1].sequence > waiter.sequence { place -= 1 }
        waiters.insert(waiter, at: place)
    }
}
