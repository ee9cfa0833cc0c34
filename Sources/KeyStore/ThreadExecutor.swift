// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
internal import Synchronization

/// Runs an actor's turns one after the other on a thread of its own, so that neither Swift's shared pool nor an event
/// loop decides when a mutation gets its turn, and what blocks holds up nobody else.
package final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let signal = ThreadSignal()
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Keeps itself alive until `stop`. Throws when there is no thread.
    package init() throws(JournalError) {
        do throws(StorageError) {
            let started = try DedicatedThread { self.run() }
            thread.withLock { $0 = started }
        } catch {
            throw .writeFailed(error)
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasEmpty = state.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        if wasEmpty { signal.wake() }
    }

    /// Ends the thread when the jobs that are waiting have run.
    package func stop() {
        state.withLock { $0.isStopped = true }
        signal.wake()
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run() {
        var jobs: [UnownedJob] = []
        while true {
            let stopped = state.withLock { state in
                swap(&jobs, &state.jobs)
                return state.isStopped
            }
            if jobs.isEmpty {
                if stopped { return }
                signal.wait(milliseconds: nil)
                continue
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            jobs.removeAll(keepingCapacity: true)
        }
    }
}
